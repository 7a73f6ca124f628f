/** What stands in a lane. */
export interface InLane {
  readonly lane: string | null;
  readonly order: number;
}

/** The jobs of each lane in the order of their commits. Only the first of a lane may run. */
export class JobLanes<T extends InLane> {
  readonly #lanes = new Map<string, T[]>();

  /** Returns whom it pushes from the first place; null: nobody. */
  add(member: T): T | null {
    if (member.lane === null) return null;
    const lane = this.#lanes.get(member.lane);
    if (lane === undefined) {
      this.#lanes.set(member.lane, [member]);
      return null;
    }
    const place = lane.findLastIndex(({ order }) => order < member.order) + 1;
    lane.splice(place, 0, member);
    return place === 0 ? (lane[1] ?? null) : null;
  }

  /** Returns who comes to the first place by this; null: nobody. */
  remove(member: T): T | null {
    if (member.lane === null) return null;
    const lane = this.#lanes.get(member.lane) ?? [];
    const place = lane.indexOf(member);
    if (place === -1) return null;
    lane.splice(place, 1);
    if (lane.length === 0) this.#lanes.delete(member.lane);
    return place === 0 ? (lane[0] ?? null) : null;
  }

  /** Nobody of its lane has to run before it. */
  isFirst(member: T): boolean {
    return member.lane === null || this.#lanes.get(member.lane)?.[0] === member;
  }
}
