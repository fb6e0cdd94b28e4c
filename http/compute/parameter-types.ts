import ipaddr from 'ipaddr.js';
import { isUuidLike, PRINTABLE_TEXT, parseIsoTime, USUAL_UUID } from '../formats.ts';
import {
  choice,
  forLegacy,
  integer,
  list,
  map,
  oneOf,
  parameter,
  type Schema,
  text,
  textOrNull,
} from '../parameter.ts';

// The reusable types of Nova's schemas: nova/api/validation/parameter_types.py. Keywords stand in Nova's order, because
// the first that fails is the one that the client is told.

/** Largest integer of Nova's database columns. */
export const INT32_MAX = 2_147_483_647;

const trimmed = (value: unknown): string => String(value).trim();

/** A name: printable, no space at the ends, 1 to 255 characters. Legacy v2 cuts spaces off. */
export const name = forLegacy(
  text({ format: 'name', minLength: 1, maxLength: 255 }),
  parameter({ type: 'string', format: 'name_with_leading_trailing_spaces', minLength: 1, maxLength: 255 }, trimmed),
);

/** Name of the availability zone of an aggregate: as a name, but without a colon. */
export const azName = forLegacy(
  text({ format: 'az_name', minLength: 1, maxLength: 255 }),
  parameter({ type: 'string', format: 'az_name_with_leading_trailing_spaces', minLength: 1, maxLength: 255 }, trimmed),
);

/** A description: printable or null, up to 255 characters. */
export const description = textOrNull({ pattern: PRINTABLE_TEXT, minLength: 0, maxLength: 255 });

/** A UUID in any spelling, turned into the usual one: lower case, with hyphens. */
export const uuid: Schema<string> = parameter({ type: 'string', format: 'uuid' }, (value) =>
  canonicalUuid(String(value)),
);

/** The usual spelling of a UUID; a text that is none stays as it is. */
export const canonicalUuid = (spelled: string): string => {
  if (USUAL_UUID.test(spelled) || !isUuidLike(spelled)) return spelled;
  const digits = spelled.toLowerCase().replaceAll('urn:', '').replaceAll('uuid:', '').replace(/[{}-]/g, '');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

/** The UUID of an image, or the empty text for none (boot from a volume); null then. */
export const imageIdOrEmpty: Schema<string | null> = oneOf([
  uuid,
  parameter({ type: 'string', maxLength: 0 }, () => null),
]);

/** A whole number above zero, or the same as text. */
export const positiveInteger = integer({ pattern: '^[0-9]*$', minimum: 1, minLength: 1 });

/** A whole number from zero, or the same as text: limits, offsets. */
export const nonNegativeInteger = integer({ pattern: '^[0-9]*$', minimum: 0, minLength: 1 });

/** A size or count between two bounds, both included; text is taken too. */
export const integerBetween = (minimum: number, maximum = INT32_MAX): Schema<number> =>
  integer({ pattern: '^[0-9]+$', minimum, maximum });

const TRUE_WORDS = ['True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes'] as const;
const FALSE_WORDS = ['False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no'] as const;
const TRUES: ReadonlySet<unknown> = new Set([true, ...TRUE_WORDS]);

/** A boolean in any of the spellings that Nova takes. */
export const boolean: Schema<boolean> = parameter(
  { type: ['boolean', 'string'], enum: [true, ...TRUE_WORDS, false, ...FALSE_WORDS] },
  (value) => TRUES.has(value),
);

/** Metadata: keys of 1 to 255 letters, digits and `-_:. `, values up to 255 characters. */
export const metadata = map('^[a-zA-Z0-9-_:. ]{1,255}$', text({ maxLength: 255 }));

/** A host name of one label or several, 1 to 255 characters. */
export const fqdn = text({ pattern: '^[a-zA-Z0-9-._]*$', minLength: 1, maxLength: 255 });

/** A host name of one label, 2 to 63 characters: `hostname` of a server from 2.90 to 2.93. */
export const hostname = text({ pattern: '^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$', minLength: 2, maxLength: 63 });

/** A tag: no comma and no slash, 1 to 60 characters. */
export const tag = text({ pattern: '^[^,/]*$', minLength: 1, maxLength: 60 });

/** The tags of a server: up to 50. */
export const tags = list(tag, { maxItems: 50 });

/** An IPv4 address as a dotted quad. */
export const ipv4 = text({ format: 'ipv4' });

/** An IPv6 address without a zone, turned into the usual form of RFC 5952. */
export const ipv6: Schema<string> = parameter({ type: 'string', format: 'ipv6' }, (value) =>
  ipaddr.parse(String(value)).toString(),
);

/** An address of either family. */
export const ipAddress: Schema<string> = oneOf([ipv4, ipv6]);

/** How a disk is configured; stored and shown, without an effect on ours. */
export const diskConfig = choice(['AUTO', 'MANUAL']);

/** The user data of a guest in base64, up to 65,535 characters of it; legacy v2 takes null too. */
export const userData = forLegacy(
  text({ format: 'base64', maxLength: 65_535 }),
  parameter({ type: ['string', 'null'], format: 'base64', maxLength: 65_535 }, (value) => String(value ?? '')),
);

/** A password that a client chooses. */
export const adminPass = text();

/** The id of a flavor in a request: text or a number, as text. */
export const flavorRef = parameter({ type: ['string', 'integer'], minLength: 1 }, String);

/** A time, as milliseconds since the epoch. */
export const dateTime: Schema<number> = parameter(
  { type: 'string', format: 'date-time' },
  (value) => parseIsoTime(String(value)) ?? Number.NaN,
);

/** A filter that is a regular expression; only its syntax is checked here. */
export const regexFilter = text({ format: 'regex' });

/** A filter or parameter that may be any text. */
export const anyText = text();
