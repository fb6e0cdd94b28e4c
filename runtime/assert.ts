/** A broken assumption of the program: the batch stops at it and the state before stands. */
export function assert(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`Broken assumption: ${what}.`);
}

/** Ends an exhaustive switch: the compiler refuses it while a case is missing; stored or foreign data end here. */
export function assertNever(value: never): never {
  throw new Error(`Not a known variant: ${JSON.stringify(value)}.`);
}
