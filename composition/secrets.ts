/** Names of settings whose values nobody but their owner may see. */
const SECRET_NAME = /pass|secret|token|credential|private|auth|key$/i;
const MASK = '***';

/** User and password in a URL: `https://user:password@host`. */
const URL_USER = /([a-z][a-z0-9+.-]*:\/\/)[^/?#\s]*@/gi;

/** Plain data with its secrets masked: by the names that they stand under, and users in URLs. Setting `metrics: token` names no secret. */
export function masked(value: unknown, name = ''): unknown {
  if (typeof value === 'string')
    return SECRET_NAME.test(name) && value !== '' ? MASK : value.replace(URL_USER, `$1${MASK}@`);
  if (Array.isArray(value)) return value.map((item) => masked(item, name));
  if (typeof value !== 'object' || value === null)
    return SECRET_NAME.test(name) && typeof value === 'number' ? MASK : value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner, key)]));
}
