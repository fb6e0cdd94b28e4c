import assert from 'node:assert/strict';
import test from 'node:test';
import { parseQuery, satisfies } from '../../../../actors/scheduler/matching/json-query.ts';

const HOST: Readonly<Record<string, string | number>> = { free_ram_mb: 2_048, host: 'a', 'cpu_info.arch': 'x86_64' };
const holds = (query: unknown): boolean => {
  const parsed = parseQuery(JSON.stringify(query));
  return parsed !== null && satisfies(parsed, (path) => HOST[path.join('.')]);
};

const CASES: readonly (readonly [query: unknown, holds: boolean])[] = [
  [[], true],
  [['>=', '$free_ram_mb', 1_024], true],
  [['>=', '$free_ram_mb', 4_096], false],
  [['<', '$free_ram_mb', 4_096, 3_000], true],
  [['<', '$free_ram_mb', 4_096, 2_000], false],
  [['=', '$host', 'a'], true],
  [['=', '$host', 'b'], false],
  [['in', '$host', 'b', 'a'], true],
  [['in', '$host', 'b'], false],
  [['=', '$cpu_info.arch', 'x86_64'], true],
  [['and', ['>', '$free_ram_mb', 1], ['=', '$host', 'a']], true],
  [['and', ['>', '$free_ram_mb', 1], ['=', '$host', 'b']], false],
  [['or', ['<=', '$free_ram_mb', 1], ['=', '$host', 'a']], true],
  [['not', ['=', '$host', 'b']], true],
  [['not', ['=', '$host', 'a']], false],
  // What a host does not have is left out, and one thing alone compares to nothing.
  [['=', '$unknown', 1], false],
  [['>', '$host', 1], false],
  [['frob', 1, 2], false],
];

for (const [query, expected] of CASES)
  test(`the query ${JSON.stringify(query)} ${expected ? 'holds' : 'does not hold'}`, () => {
    assert.equal(holds(query), expected);
  });

test('what is no query is none, and neither is one without an end', () => {
  for (const text of ['', '{', '{"a":1}', '3', 'null', '['.repeat(100_000), `${'['.repeat(40)}${']'.repeat(40)}`])
    assert.equal(parseQuery(text), null, text.slice(0, 20));
});
