/** Longest label of a host name. */
const LABEL_LENGTH_MAX = 63;
/** A name that is such a label already, as most are. */
const PLAIN_LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/**
 * The host name that a guest gets of its server's name: one label of lower-case letters, digits and hyphens, as Nova's
 * `sanitize_hostname` makes it (nova/utils.py). A name without any usable character gives `Server-` and the id.
 */
export const hostnameOf = (name: string, id: string): string => {
  if (name.length <= LABEL_LENGTH_MAX && PLAIN_LABEL.test(name)) return name;
  const label = [...name]
    .filter((char) => char <= '\u00ff')
    .join('')
    .slice(0, LABEL_LENGTH_MAX)
    .replace(/[ _.]/g, '-')
    .replace(/[^\p{L}\p{N}-]+/gu, '')
    .toLowerCase()
    .replace(/^-+|-+$/g, '');
  return label === '' ? `Server-${id}`.slice(0, LABEL_LENGTH_MAX) : label;
};
