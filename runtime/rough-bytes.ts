/** Larger values are looked at so far only, and the rest is taken to be as what was seen. */
const NODES_MAX = 1_000;
const OBJECT_BYTES = 24;
const SLOT_BYTES = 8;

/**
 * About how many bytes plain data take in memory: 8 for a field and a number, 24 more for an object or string, a byte for
 * a character. Within a factor of two, which is enough to keep a budget.
 */
export function roughBytes(value: unknown): number {
  const open: unknown[] = [value];
  let slots = 0;
  let bytes = 0;
  let nodes = 0;
  for (let next = open.pop(); nodes < NODES_MAX; next = open.pop()) {
    nodes++;
    if (typeof next === 'string') bytes += OBJECT_BYTES + next.length;
    else if (ArrayBuffer.isView(next)) bytes += OBJECT_BYTES + next.byteLength;
    else if (typeof next === 'object' && next !== null) {
      const fields: unknown[] = Object.values(next);
      bytes += OBJECT_BYTES;
      slots += fields.length * SLOT_BYTES;
      for (const field of fields) open.push(field);
    }
    if (open.length === 0) break;
  }
  return slots + Math.round((bytes * (nodes + open.length)) / nodes);
}
