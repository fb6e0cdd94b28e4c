import { MICROVERSIONS, type Microversion, minorOf, NEWEST_MINOR, OLDEST } from './microversions.ts';

/**
 * A value that changes along the microversions: a status, a field's schema, the existence of a route. `undefined` means
 * that the thing does not exist there.
 */
export interface Stepped<out T> {
  /** The microversions at which the value may change, ascending; the first is always 2.1. */
  readonly starts: readonly Microversion[];
  /** The value at a microversion. The same object for the whole of a step. */
  at(version: Microversion): T;
}

/** Builds the steps; each value is made when it is first asked for, once. */
const build = <T>(starts: readonly Microversion[], valueFrom: (start: Microversion) => T): Stepped<T> => {
  const firstMinors = starts.map(minorOf);
  for (const [index, minor] of firstMinors.entries()) {
    const previous = firstMinors[index - 1] ?? 0;
    if (minor <= previous) throw new RangeError(`microversion steps must ascend: 2.${previous} before 2.${minor}`);
  }
  const made: ({ readonly value: T } | undefined)[] = new Array(starts.length).fill(undefined);
  const stepOfMinor = new Uint8Array(NEWEST_MINOR + 1);
  for (const [index, minor] of firstMinors.entries()) stepOfMinor.fill(index, minor);
  return {
    starts,
    at(version) {
      const index = stepOfMinor[minorOf(version)] ?? 0;
      const known = made[index];
      if (known !== undefined) return known.value;
      const value = valueFrom(starts[index] ?? OLDEST);
      made[index] = { value };
      return value;
    },
  };
};

/** A value that steps: `stepped(200, ['2.2', 201])` is 200 up to 2.1 and 201 from 2.2 on. Steps must ascend. */
export const stepped = <
  const First,
  const Changes extends readonly (readonly [Microversion, unknown])[] = readonly (readonly [Microversion, First])[],
>(
  first: First,
  ...changes: Changes
): Stepped<First | Changes[number][1]> => {
  const values = new Map<Microversion, First | Changes[number][1]>([[OLDEST, first], ...changes]);
  if (values.size !== changes.length + 1) throw new RangeError('microversion steps must ascend');
  return build<First | Changes[number][1]>([...values.keys()], (start) =>
    values.has(start) ? values.get(start) : first,
  );
};

/** The same value at every microversion. */
export const always = <T>(value: T): Stepped<T> => build([OLDEST], () => value);

/** Exists from this microversion on. */
export const since = <T>(first: Microversion, value: T): Stepped<T | undefined> =>
  first === OLDEST
    ? always(value)
    : build<T | undefined>([OLDEST, first], (start) => (start === first ? value : undefined));

/** Exists up to and including this microversion. */
export const until = <T>(last: Microversion, value: T): Stepped<T | undefined> => between(OLDEST, last, value);

/** Exists from the first to the last of these microversions, both included. */
export const between = <T>(first: Microversion, last: Microversion, value: T): Stepped<T | undefined> => {
  const after = MICROVERSIONS[minorOf(last)]?.version;
  const starts = [...new Set([OLDEST, first, ...(after === undefined ? [] : [after])])];
  return build<T | undefined>(starts, (start) => (start === first ? value : undefined));
};

const boundaries = (sources: Iterable<Stepped<unknown>>): Microversion[] => {
  const starts = new Set<Microversion>([OLDEST]);
  for (const source of sources) for (const start of source.starts) starts.add(start);
  return [...starts].sort((a, b) => minorOf(a) - minorOf(b));
};

/** A value made from others that step: it steps wherever one of them does. */
export const derived = <T>(sources: Iterable<Stepped<unknown>>, make: (version: Microversion) => T): Stepped<T> =>
  build(boundaries(sources), make);

/** The same steps, each value changed: `mapSteps(item, (schema) => v.optional(list(schema)))`. */
export const mapSteps = <T, U>(source: Stepped<T>, change: (value: T) => U): Stepped<U> =>
  build(source.starts, (start) => change(source.at(start)));

/** One stepping value up to a microversion, another from it on: `followedBy(optionalList, '2.37', listOrWord)`. */
export const followedBy = <A, B>(first: Stepped<A>, version: Microversion, next: Stepped<B>): Stepped<A | B> =>
  derived<A | B>([first, next, since(version, true)], (at) =>
    minorOf(at) < minorOf(version) ? first.at(at) : next.at(at),
  );

/** Whether the value steps, for options that take either a plain value or one that steps. */
export const isStepped = <T extends string | number>(value: T | Stepped<T>): value is Stepped<T> =>
  typeof value === 'object';
