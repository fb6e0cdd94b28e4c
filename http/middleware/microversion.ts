import { type Microversion, microversionOf, NEWEST, OLDEST } from '../microversions.ts';

/** The outcome of negotiation. `shown` is what the version headers of the answer say; null sends none. */
export type Negotiated =
  | { readonly ok: true; readonly version: Microversion }
  | { readonly ok: false; readonly status: 400 | 406; readonly message: string; readonly shown: string | null };

const VERSION = /^([1-9]\d*)\.([1-9]\d*|0)$/;

/** Longest version text that an answer repeats. */
const SHOWN_LENGTH_MAX = 64;

/** The version that the last entry for compute in `OpenStack-API-Version: compute 2.53, volume 3.1` asks for. */
const entryForCompute = (header: string): string | undefined => {
  let found: string | undefined;
  for (const entry of header.split(',')) {
    const [service, version, ...rest] = entry.trim().split(/\s+/);
    if (service?.toLowerCase() === 'compute' && version !== undefined && rest.length === 0) found = version;
  }
  return found;
};

const negotiate = (asked: string): Negotiated => {
  if (asked === 'latest') return { ok: true, version: NEWEST };
  const match = VERSION.exec(asked);
  if (match === null) {
    const text = asked.slice(0, SHOWN_LENGTH_MAX);
    const message = `API Version String ${text} is of invalid format. Must be of format MajorNum.MinorNum.`;
    return { ok: false, status: 400, message, shown: null };
  }
  const version = match[1] === '2' ? microversionOf(Number(match[2])) : undefined;
  if (version !== undefined) return { ok: true, version };
  const shown = asked.slice(0, SHOWN_LENGTH_MAX);
  const message = `Version ${shown} is not supported by the API. Minimum is ${OLDEST} and maximum is ${NEWEST}.`;
  return { ok: false, status: 406, message, shown };
};

const OLDEST_NEGOTIATED: Negotiated = { ok: true, version: OLDEST };

// Clients repeat one header; only good outcomes are kept, so the map is bounded by what we speak times its spellings.
const remembered = new Map<string, Negotiated>();
const REMEMBERED_MAX = 1024;

/**
 * The microversion of a request from `OpenStack-API-Version` and the legacy `X-OpenStack-Nova-API-Version`; the first
 * wins when it names compute. None: 2.1. Malformed: 400; not spoken here: 406, with the refused version shown.
 */
export const negotiateMicroversion = (header: string | undefined, legacyHeader: string | undefined): Negotiated => {
  if (header === undefined && legacyHeader === undefined) return OLDEST_NEGOTIATED;
  if (header !== undefined) {
    const known = remembered.get(header);
    if (known !== undefined) return known;
    const asked = entryForCompute(header);
    if (asked !== undefined) {
      const negotiated = negotiate(asked);
      if (negotiated.ok && remembered.size < REMEMBERED_MAX) remembered.set(header, negotiated);
      return negotiated;
    }
  }
  return legacyHeader === undefined ? OLDEST_NEGOTIATED : negotiate(legacyHeader.trim());
};
