import { isJsonObject } from '../../../../http/parameter.ts';

/** Keys under which an object is a map, by how many levels: there keys are data, and the shape of what they hold is compared. */
const MAPS: ReadonlyMap<string, number> = new Map([
  ['addresses', 1],
  ['cpu_pinning', 1],
  ['extra_specs', 1],
  // Host and service, in zones. Elsewhere hosts are a list.
  ['hosts', 2],
  ['log', 1],
  ['metadata', 1],
  ['properties', 1],
  ['rules', 1],
]);

/** What has no shape: what a hypervisor says of its processor, and hints, which a client makes up. */
const FREE: ReadonlySet<string> = new Set(['cpu_info', 'scheduler_hints']);

/** A difference that another element of the same list may make good: an empty list where the sample has elements. */
const EMPTY = 'is empty';

const typeOf = (value: unknown): string => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);

/**
 * What differs in shape between a body of Nova's samples and ours: keys that are missing or strange, types, a list without
 * elements; null when nothing does. A null on either side fits every type.
 */
export function shapeDifference(sample: unknown, ours: unknown, path = '', key = ''): string | null {
  if (sample === null || ours === null || FREE.has(key)) return null;
  if (typeOf(sample) !== typeOf(ours)) return `${path} is of type ${typeOf(ours)}, not ${typeOf(sample)}`;
  if (Array.isArray(sample) && Array.isArray(ours)) return listDifference(sample, ours, path);
  if (!isJsonObject(sample) || !isJsonObject(ours)) return null;
  const levels = MAPS.get(key);
  if (levels !== undefined) return mapDifference(sample, ours, path, levels);
  const missing = Object.keys(sample).find((name) => !Object.hasOwn(ours, name));
  if (missing !== undefined) return `${path} has no ${missing}`;
  const strange = Object.keys(ours).find((name) => !Object.hasOwn(sample, name));
  if (strange !== undefined) return `${path} has ${strange}, which the sample does not`;
  return worst(
    Object.entries(sample).map(([name, value]) => shapeDifference(value, ours[name], `${path}/${name}`, name)),
  );
}

/** The first that nothing makes good, else the first. */
const worst = (differences: readonly (string | null)[]): string | null => {
  const found = differences.flatMap((difference) => difference ?? []);
  return found.find((difference) => !difference.endsWith(EMPTY)) ?? found[0] ?? null;
};

/** Each element of ours is like one of the sample's, and one of ours has something where the sample has. */
const listDifference = (sample: readonly unknown[], ours: readonly unknown[], path: string): string | null => {
  if (sample.length === 0) return null;
  if (ours.length === 0) return `${path} ${EMPTY}`;
  const differences = ours.map((item, index) => {
    const found = sample.map((one) => shapeDifference(one, item, `${path}/${index}`));
    return found.includes(null) ? null : (found.find((difference) => difference?.endsWith(EMPTY)) ?? worst(found));
  });
  const found = worst(differences);
  return found?.endsWith(EMPTY) && differences.includes(null) ? null : found;
};

const mapDifference = (
  sample: Readonly<Record<string, unknown>>,
  ours: Readonly<Record<string, unknown>>,
  path: string,
  levels: number,
): string | null => {
  const [example] = Object.values(sample);
  if (example === undefined) return null;
  return worst(
    Object.entries(ours).map(([name, value]) =>
      levels > 1 && isJsonObject(example) && isJsonObject(value)
        ? mapDifference(example, value, `${path}/${name}`, levels - 1)
        : shapeDifference(example, value, `${path}/${name}`),
    ),
  );
};
