/** A size and an image, as far as NUMA goes. */
export interface Asked {
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly extraSpecs: Readonly<Record<string, string>>;
  /** Properties of the image. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Ends the reading of a request that contradicts itself. It never leaves `guestTopology`. */
export class Refused extends Error {}

/** Refuses a request with a sentence for the user. */
export function refused(message: string): never {
  throw new Refused(message);
}
