/** How far each person has read each channel: messages after that are unread. */
export interface ReadMarks {
  read(person: string, channel: string, ts: string): void;
  isUnread(person: string, channel: string, ts: string): boolean;
}

export function createReadMarks(): ReadMarks {
  const marks = new Map<string, number>();
  const key = (person: string, channel: string) => `${person} ${channel}`;
  return {
    read(person, channel, ts) {
      const before = marks.get(key(person, channel)) ?? 0;
      marks.set(key(person, channel), Math.max(before, Number(ts)));
    },
    isUnread: (person, channel, ts) => Number(ts) > (marks.get(key(person, channel)) ?? 0),
  };
}
