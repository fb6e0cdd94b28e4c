/** Names and values of items together, in bytes of UTF-8. */
export function itemBytes(items: Iterable<readonly [name: string, value: string]>): number {
  let bytes = 0;
  for (const [name, value] of items) bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  return bytes;
}
