/** Takes the oldest out of a map or set that holds more than `max`: the order of its keys is that in which they were put. */
export function forgetOldest(kept: Map<string, unknown> | Set<string>, max: number): void {
  if (kept.size <= max) return;
  for (const oldest of kept.keys()) {
    kept.delete(oldest);
    return;
  }
}
