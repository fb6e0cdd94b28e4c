/** A resource as it is shown. */
export type View = Readonly<Record<string, unknown>>;

const isTrue = (text: string): boolean => ['true', '1', 'yes', 'on', 't', 'y'].includes(text.toLowerCase());

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value of a resource is the one that a filter names. Items of lists: one of them; objects: `field=value`. */
function equals(value: unknown, wanted: string): boolean {
  if (typeof value === 'boolean') return value === isTrue(wanted);
  if (Array.isArray(value)) return value.some((item) => equals(item, wanted));
  if (isRecord(value)) {
    const at = wanted.indexOf('=');
    const [field, part] = [wanted.slice(0, at), wanted.slice(at + 1)];
    return at > 0 && Object.hasOwn(value, field) && equals(value[field], part);
  }
  return (value === null || value === undefined ? '' : String(value)) === wanted;
}

/** Filters on tags: a list of tags, and whether a resource with so many of them is wanted. */
const TAG_FILTERS: Readonly<Record<string, (held: number, asked: number) => boolean>> = {
  tags: (held, asked) => held === asked,
  'tags-any': (held) => held > 0,
  'not-tags': (held, asked) => held < asked,
  'not-tags-any': (held) => held === 0,
};

/** Whether a query parameter filters by tags. */
export const isTagFilter = (name: string): boolean => Object.hasOwn(TAG_FILTERS, name);

/** Whether a resource passes all filters; of several values for one filter one must fit. */
export function passes(view: View, filters: ReadonlyMap<string, readonly string[]>): boolean {
  for (const [name, values] of filters) {
    const byTags = isTagFilter(name) ? TAG_FILTERS[name] : undefined;
    if (byTags) {
      const asked = values.flatMap((value) => value.split(','));
      const held = asked.filter((tag) => equals(view['tags'] ?? [], tag)).length;
      if (!byTags(held, asked.length)) return false;
    } else if (!values.some((value) => equals(view[name], value))) return false;
  }
  return true;
}
