/** Places of one kind, and those who wait for one: from `head` on, `gone` of them in vain. */
interface Ward<Guest> {
  taken: number;
  waiting: Guest[];
  head: number;
  gone: number;
}

/** Guests that are gone stay in a queue until they are so many, and most of it. */
const GONE_MAX = 64;

/** What counted places are made of. */
interface PlacesOptions<Guest> {
  /** How many places there are under a name. */
  readonly max: (name: string) => number;
  /** A guest who waited gets a place. */
  readonly enter: (guest: Guest) => void;
  /** Whether a guest still waits: one that has gone gets no place. */
  readonly isWaiting: (guest: Guest) => boolean;
}

/**
 * Counted places by name: so many are taken at once, and whoever comes later waits, first come first served. A name
 * costs memory only while a place of it is taken.
 */
export class Places<Guest> {
  readonly #options: PlacesOptions<Guest>;
  readonly #wards = new Map<string, Ward<Guest>>();

  constructor(options: PlacesOptions<Guest>) {
    this.#options = options;
  }

  /** Takes a place, or a number in the queue. Returns whether there was a place. */
  take(name: string, guest: Guest): boolean {
    let ward = this.#wards.get(name);
    if (!ward) {
      ward = { taken: 0, waiting: [], head: 0, gone: 0 };
      this.#wards.set(name, ward);
    }
    if (ward.taken >= this.#options.max(name)) {
      ward.waiting.push(guest);
      return false;
    }
    ward.taken++;
    return true;
  }

  /** Gives a place back: it goes to the next who waits and is still there. */
  free(name: string): void {
    const ward = this.#wards.get(name);
    if (!ward) return;
    const { max, enter, isWaiting } = this.#options;
    ward.taken--;
    while (ward.taken < max(name)) {
      const next = ward.waiting[ward.head];
      if (next === undefined) break;
      ward.head++;
      if (isWaiting(next)) {
        ward.taken++;
        enter(next);
      } else ward.gone--;
    }
    this.#tidy(ward);
    if (ward.taken === 0 && ward.head === ward.waiting.length) this.#wards.delete(name);
  }

  /** Tells that a guest has gone who waited: whoever comes and goes while no place is free must not fill memory. */
  left(name: string): void {
    const ward = this.#wards.get(name);
    if (!ward) return;
    ward.gone++;
    this.#tidy(ward);
  }

  /** Takes those who were served or have gone out of the queue, when they are most of it. */
  #tidy(ward: Ward<Guest>): void {
    if (ward.head + ward.gone <= Math.max(GONE_MAX, ward.waiting.length / 2)) return;
    ward.waiting = ward.waiting.slice(ward.head).filter(this.#options.isWaiting);
    ward.head = 0;
    ward.gone = 0;
  }
}
