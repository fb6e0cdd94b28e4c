/** The only major version, and the last minor one. Source: `placement.json`, `microversions`. */
const MAJOR = 1;
export const NEWEST_MINOR = 39;

/** The oldest and the newest version, as documents and refusals show them. */
export const MIN_VERSION = `${MAJOR}.0`;
export const MAX_VERSION = `${MAJOR}.${NEWEST_MINOR}`;

/** Up to these minor versions things were otherwise; named after what came with them. */
export const SINCE = {
  aggregates: 1,
  inventoriesDelete: 5,
  traits: 6,
  allocationsLink: 11,
  allocationsByProvider: 12,
  nested: 14,
  lastModified: 15,
  candidateTraits: 17,
  aggregatesGeneration: 19,
  providerInAnswer: 20,
  forbiddenTraits: 22,
  errorCodes: 23,
  manyMemberOf: 24,
  reservedMayBeTotal: 26,
  allClassesInSummaries: 27,
  consumerGeneration: 28,
  nestedCandidates: 29,
  forbiddenAggregates: 32,
  freeSuffixes: 33,
  mappings: 34,
  sameSubtree: 36,
  reparenting: 37,
  consumerTypes: 38,
  anyTraits: 39,
} as const;

/** Longest header text that an answer repeats. */
const SHOWN_LENGTH_MAX = 64;

/** The minor version of a request, or the status and sentence that refuse it. */
export type Negotiated =
  | { readonly ok: true; readonly minor: number }
  | { readonly ok: false; readonly status: 400 | 406; readonly detail: string };

/** The version that the last entry for placement in `OpenStack-API-Version: placement 1.39, compute 2.1` asks for. */
function entryForPlacement(header: string): string | undefined {
  let found: string | undefined;
  for (const entry of header.split(',')) {
    const [service, version = '', ...rest] = entry.trim().split(/\s+/);
    if (service?.toLowerCase() === 'placement' && rest.length === 0) found = version;
  }
  return found;
}

/** What Python says of a text that is not two numbers with a dot between: microversion_parse repeats it. */
function pythonComplaint(text: string): string {
  const parts = text.split('.');
  const wrong = parts.slice(0, 2).find((part) => !/^\d+$/.test(part));
  if (wrong !== undefined) return `invalid literal for int() with base 10: '${wrong}'`;
  return parts.length < 2
    ? `not enough values to unpack (expected 2, got ${parts.length})`
    : 'too many values to unpack (expected 2)';
}

/** The microversion that `OpenStack-API-Version` asks for. None: 1.0. Malformed: 400; not spoken here: 406. */
export function negotiate(header: string | undefined): Negotiated {
  const asked = header === undefined ? undefined : entryForPlacement(header);
  if (asked === undefined) return { ok: true, minor: 0 };
  if (asked === 'latest') return { ok: true, minor: NEWEST_MINOR };
  const shown = asked.slice(0, SHOWN_LENGTH_MAX);
  const match = /^(\d{1,9})\.(\d{1,9})$/.exec(asked);
  if (match === null)
    return {
      ok: false,
      status: 400,
      detail: `Invalid microversion: invalid version string: ${shown}; ${pythonComplaint(shown)}`,
    };
  const minor = Number(match[2]);
  if (Number(match[1]) === MAJOR && minor <= NEWEST_MINOR) return { ok: true, minor };
  return { ok: false, status: 406, detail: `Invalid microversion: Unacceptable version header: ${shown}` };
}

/** A value that changes at minor versions: each entry counts from its version on. Entries ascend. */
export type Versioned<T> = readonly (readonly [fromMinor: number, value: T])[];

/** The value at a minor version; undefined before the first. */
export function atMinor<T>(versioned: Versioned<T>, minor: number): T | undefined {
  let found: T | undefined;
  for (const [from, value] of versioned) if (from <= minor) found = value;
  return found;
}
