import assert from 'node:assert/strict';

/** What `expected` asks about of `actual`: the same fields, and fields of fields; lists whole. */
function askedOf(actual: unknown, expected: unknown): unknown {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return actual.map((item, index) => (index < expected.length ? askedOf(item, expected[index]) : item));
  }
  if (typeof expected !== 'object' || expected === null || typeof actual !== 'object' || actual === null) return actual;
  const found: Record<string, unknown> = { ...actual };
  return Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, askedOf(found[key], value)]));
}

/** Asserts that `actual` has these fields with these values; other fields of objects do not matter. */
export function assertHas(actual: unknown, expected: unknown): void {
  assert.deepEqual(askedOf(actual, expected), expected);
}
