/** The faults that can happen at a place, each with its probability from 0 to 1. Together at most 1. */
export type Chances<Fault extends string> = Readonly<Record<Fault, number>>;

/**
 * All chance of a simulated history. Every place where something can go wrong, or take a while, draws from a sequence of
 * its own, made of the seed and the place's name; so a fault that is left out changes nothing at other places, and a
 * history can be shortened fault by fault.
 */
export class Chooser {
  readonly seed: number;
  /** The faults that have happened, as `place.number=fault`: what `only` takes. */
  readonly happened: string[] = [];
  /** Called with each fault that happens. */
  onFault: ((id: string) => void) | null = null;
  readonly #only: ReadonlyMap<string, string> | null;
  #isCalm = false;

  /** `only`: the faults that happen, and no others; null: as the seed says. */
  constructor(seed: number, only: readonly string[] | null = null) {
    this.seed = seed;
    this.#only = only && new Map(only.map(splitFault));
  }

  /** A place, by a name that no other has. */
  place(name: string): Place {
    return new Place(this, name);
  }

  /** From now on nothing goes wrong any more. */
  calm(): void {
    this.#isCalm = true;
  }

  get isCalm(): boolean {
    return this.#isCalm;
  }

  /** The fault that a script wants at a place the n-th time that something could go wrong there; undefined: no script. */
  scripted(place: string, number: number): string | null | undefined {
    return this.#only ? (this.#only.get(`${place}.${number}`) ?? null) : undefined;
  }

  tellFault(id: string): void {
    this.happened.push(id);
    this.onFault?.(id);
  }
}

function splitFault(id: string): [string, string] {
  const end = id.lastIndexOf('=');
  if (end < 1) throw new Error(`${id} is not a fault: one is written place.number=fault.`);
  return [id.slice(0, end), id.slice(end + 1)];
}

/** A place of a simulated world where something can go wrong, or take a while. */
export class Place {
  readonly name: string;
  readonly #chooser: Chooser;
  readonly #faultSeed: number;
  readonly #amountSeed: number;
  #faults = 0;
  #amounts = 0;

  constructor(chooser: Chooser, name: string) {
    this.#chooser = chooser;
    this.name = name;
    this.#faultSeed = mixed(textHash(name) ^ mixed(chooser.seed));
    this.#amountSeed = mixed(this.#faultSeed ^ AMOUNTS);
  }

  /** What goes wrong here this time; null: nothing. */
  fault<Fault extends string>(chances: Chances<Fault>): Fault | null {
    const number = ++this.#faults;
    if (this.#chooser.isCalm) return null;
    const scripted = this.#chooser.scripted(this.name, number);
    let left = fraction(this.#faultSeed, number);
    for (const fault in chances) {
      left -= chances[fault];
      const happens = scripted === undefined ? left < 0 : scripted === fault;
      if (!happens) continue;
      this.#chooser.tellFault(`${this.name}.${number}=${fault}`);
      return fault;
    }
    return null;
  }

  /** A whole number from 0 to `max` - 1: how long something takes, or which of several it is. */
  upTo(max: number): number {
    return Math.floor(fraction(this.#amountSeed, ++this.#amounts) * max);
  }
}

/** Keeps the two sequences of a place apart. */
const AMOUNTS = 0x51ed270b;

const fraction = (seed: number, number: number): number =>
  (mixed(seed + Math.imul(number, 0x9e3779b9)) >>> 0) / 4_294_967_296;

/** Spreads the bits of a number over all 32 (the last steps of MurmurHash3). */
function mixed(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** FNV-1a. */
function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
