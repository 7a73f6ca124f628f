import { SlackCallError } from "../slack/slack-call-error.ts";

/** What keeps pictures from being shown, for /readyz; null: nothing. */
export interface PictureTrouble {
  raise(error: unknown): void;
  clear(): void;
  sentence(): string | null;
}

/** `onNew` is called once for each trouble, until it is cleared or becomes another. */
export function createPictureTrouble(onNew: (sentence: string) => void): PictureTrouble {
  let present: string | null = null;
  return {
    raise(error) {
      const why = error instanceof SlackCallError ? error.message : "the picture could not be made";
      const sentence = `Charts are not shown, only their numbers: ${why}`;
      if (sentence === present) return;
      present = sentence;
      onNew(sentence);
    },
    clear() {
      present = null;
    },
    sentence: () => present,
  };
}
