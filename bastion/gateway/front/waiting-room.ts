// Who may wait to be signed in. Connections that have not signed in have a room of their own, so that however many there
// are, those at work do not notice. When the room is full somebody has to go: whoever has shown least, so that a socket
// that says nothing never keeps out one that speaks, and of equals one by lot, so that nobody can hold all the places by
// coming first. Who has proven a first factor stays.

/** What a connection has shown: nothing; its first line; a whole key exchange; a first factor. */
export const STAGES = ['silent', 'spoke', 'agreed', 'known'] as const;
export type Stage = (typeof STAGES)[number];

export interface RoomLimits {
  readonly total: number;
  readonly perSource: number;
}

interface Place {
  readonly source: string;
  stage: Stage;
  readonly drop: () => void;
}

export interface Waiting {
  reached(stage: Stage): void;
  leave(): void;
}

export class WaitingRoom {
  readonly #limits: RoomLimits;
  readonly #random: (below: number) => number;
  readonly #places = new Set<Place>();
  readonly #bySource = new Map<string, Set<Place>>();

  /** `random(below)`: a whole number from 0, below that. */
  constructor(limits: RoomLimits, random: (below: number) => number) {
    this.#limits = limits;
    this.#random = random;
  }

  get size(): number {
    return this.#places.size;
  }

  /** Undefined when there is no place and nobody who would have to go. `drop` ends the connection; it is called once. */
  enter(source: string, drop: () => void): Waiting | undefined {
    const same = this.#bySource.get(source) ?? new Set();
    if (same.size >= this.#limits.perSource && !this.#makeRoom(same)) return undefined;
    // The total is full: at the cost of the source that has most of it.
    if (this.#places.size >= this.#limits.total && !this.#makeRoom(this.#largest())) return undefined;
    const place: Place = { source, stage: 'silent', drop };
    this.#places.add(place);
    this.#bySource.set(source, (this.#bySource.get(source) ?? new Set()).add(place));
    return {
      reached: (stage) => {
        place.stage = stage;
      },
      leave: () => this.#remove(place),
    };
  }

  #makeRoom(among: ReadonlySet<Place>): boolean {
    for (const stage of STAGES) {
      if (stage === 'known') break;
      const least = [...among].filter((place) => place.stage === stage);
      const victim = least[least.length === 0 ? 0 : this.#random(least.length)];
      if (victim === undefined) continue;
      this.#remove(victim);
      victim.drop();
      return true;
    }
    return false;
  }

  #largest(): ReadonlySet<Place> {
    let largest: ReadonlySet<Place> = new Set();
    for (const places of this.#bySource.values()) if (places.size > largest.size) largest = places;
    return largest;
  }

  #remove(place: Place): void {
    this.#places.delete(place);
    const same = this.#bySource.get(place.source);
    same?.delete(place);
    if (same?.size === 0) this.#bySource.delete(place.source);
  }
}
