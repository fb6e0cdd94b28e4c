import { computeRoutes } from '../../../http/compute/routes.ts';
import { jsonSchemaOf } from '../../../http/json-schema.ts';
import { MICROVERSIONS, minorOf } from '../../../http/microversions.ts';
import { type Random, seededRandom } from '../../../runtime/random.ts';
import { exampleOf, type Known, mutated, pick, withDuplicates } from './bodies.ts';

/** What there is to attack. */
export interface Targets {
  /** Values of path parameters by name; `{id}` by the first segment of its path. */
  readonly ids: Readonly<Record<string, string>>;
  /** Values that some fields need so that a body gets past its schema. */
  readonly fields: Known;
  readonly project: string;
}

/** A hostile request. `mayPass`: what makes it hostile may be harmless where it went, so that a good answer is one too. */
export interface HostileCase {
  readonly kind: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  readonly mayPass: boolean;
}

const BAD_IDS = [
  '..',
  '%2e%2e',
  '..%2f..%2fetc%2fpasswd',
  '%00',
  '%',
  '%zz',
  '%ff%fe',
  'x'.repeat(2000),
  '0',
  '-1',
  '1e400',
  '00000000-0000-0000-0000-000000000000',
  '%27%20OR%201=1',
  'instance/x',
  '__proto__',
  'constructor',
  '%F0%9F%98%80',
  '%0d%0aX-Injected:%201',
  '*',
  ';ls',
];

const BAD_VERSIONS = [
  'compute 2.0',
  'compute 2.105',
  'compute 99.99',
  'compute 2',
  'compute -1.1',
  'compute 2.1e1',
  'compute x',
];
const BAD_TOKENS = ['expired', '', ' ', 'x'.repeat(5000), 'member2', '__proto__', 'constructor', 'null'];
const BAD_TYPES = [
  'text/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'application/octet-stream',
  'x',
];
const BAD_QUERIES = [
  'limit=-1',
  'limit=9999999999999999999',
  'limit=x',
  'marker=..%2f..',
  'marker=%00',
  'sort_key=__proto__',
  'sort_dir=sideways',
  'name=(a%2B)%2B%24',
  'changes-since=never',
  'all_tenants=1',
  'project_id=ffffffffffffffffffffffffffffffff&all_tenants=1',
  'status=__proto__',
  '__proto__=1',
  '%ff=%fe',
  '=',
  '&&&&',
  'limit=1&limit=2',
  `${'a=1&'.repeat(500)}b=2`,
  'ip=%5B',
  'tags=%2C%2C',
  'user_id=..&user_id=x',
  'tenant_id=1',
  'host=%00',
];

type Route = (typeof computeRoutes)[number];

const idFor = (route: Route, name: string, { ids }: Targets): string =>
  ids[name === 'id' ? (route.path.split('/')[1] ?? '') : name] ?? ids[route.path.split('/')[1] ?? ''] ?? 'x';

const fill = (route: Route, value: (name: string) => string): string =>
  route.path.replace(/\{([^}]+)\}/g, (_, name: string) => value(name));

const versionIn = (route: Route, random: Random): string => {
  const present = MICROVERSIONS.filter(
    ({ version }) => minorOf(version) >= minorOf(route.from) && minorOf(version) <= minorOf(route.until),
  );
  return pick(random, present).version;
};

const hasBody = ({ method }: Route): boolean => method === 'POST' || method === 'PUT';

/** The case with this number of this seed: always the same one. */
export const hostileCase = (seed: number, index: number, targets: Targets): HostileCase => {
  const random = seededRandom(seed * 1_000_003 + index);
  const route = computeRoutes[index % computeRoutes.length] ?? pick(random, computeRoutes);
  const version = versionIn(route, random);
  const microversion = MICROVERSIONS.find((known) => known.version === version)?.version ?? '2.1';
  const example = (): unknown => {
    if (route.body === null) return route.action === null ? {} : { [route.action]: null };
    return exampleOf(jsonSchemaOf(route.body.at(microversion)), targets.fields, random);
  };
  const edition = random.fraction() < 0.1 ? '/v2' : '/v2.1';
  const own = fill(route, (name) => idFor(route, name, targets));
  const base: HostileCase = {
    kind: '',
    method: route.method,
    path: edition + own,
    headers: {
      'X-Auth-Token': pick(random, ['member', 'admin', 'stranger']),
      'OpenStack-API-Version': `compute ${version}`,
      ...(hasBody(route) ? { 'Content-Type': 'application/json' } : {}),
    },
    body: hasBody(route) ? JSON.stringify(example()) : null,
    mayPass: false,
  };
  const header = (name: string, value: string) => ({ ...base.headers, [name]: value });
  const KINDS: Readonly<Record<string, (() => Partial<HostileCase>) | null>> = {
    'malformed JSON': hasBody(route)
      ? () => ({
          body: pick(random, ['{', '{"a":}', '[1,2', '{"a":1}}', "{'a':1}", 'nul', '{"a":NaN}', '\u0000', '{"a":1,}']),
        })
      : null,
    'wrong encoding': hasBody(route)
      ? () => ({
          body: pick(random, [
            Buffer.from('{"a":"\u00e4"}', 'latin1'),
            Buffer.from(JSON.stringify(example()), 'utf16le'),
            Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc0, 0xaf, 0xed, 0xa0, 0x80]), Buffer.from('"}')]),
            Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from('{}')]),
          ]),
        })
      : null,
    'deep nesting': hasBody(route)
      ? () => {
          const depth = pick(random, [65, 1000, 40_000]);
          return { body: `${'['.repeat(depth)}${']'.repeat(depth)}` };
        }
      : null,
    'oversized body': hasBody(route) ? () => ({ body: JSON.stringify({ a: 'x'.repeat(120_000) }) }) : null,
    'wrong value': hasBody(route) ? () => ({ body: JSON.stringify(mutated(example(), random)), mayPass: true }) : null,
    'several wrong values': hasBody(route)
      ? () => ({ body: JSON.stringify(mutated(mutated(mutated(example(), random), random), random)), mayPass: true })
      : null,
    'duplicate keys': hasBody(route) ? () => ({ body: withDuplicates(example()), mayPass: true }) : null,
    'wrong method': () => ({
      method: pick(random, ['PATCH', 'OPTIONS', 'PROPFIND', 'POST', 'PUT', 'DELETE']),
      path: `${edition}/nothing`,
    }),
    'bad version': () => ({
      headers: header('OpenStack-API-Version', pick(random, BAD_VERSIONS)),
      path: `/v2.1${own}`,
    }),
    'bad content type': () => ({ headers: header('Content-Type', pick(random, BAD_TYPES)) }),
    'bad token': () => ({ headers: header('X-Auth-Token', pick(random, BAD_TOKENS)) }),
    'foreign project in the URL': () => ({ path: `${edition}/${'e'.repeat(32)}${own}` }),
    'foreign things': () => ({ headers: header('X-Auth-Token', 'stranger'), mayPass: true }),
    'bad id': route.path.includes('{')
      ? () => ({ path: edition + fill(route, () => pick(random, BAD_IDS)), mayPass: true })
      : null,
    'bad query': () => ({
      path: `${edition}${own}?${pick(random, BAD_QUERIES)}`,
      headers: route.method === 'GET' ? base.headers : header('X-Auth-Token', 'stranger'),
      mayPass: true,
    }),
    'odd headers': () => ({
      headers: {
        ...header('X-Auth-Token', 'stranger'),
        'X-OpenStack-Request-ID': pick(random, ['x'.repeat(3000), 'req-x', '../..']),
        'Accept-Language': pick(random, ['x'.repeat(3000), 'de;q=9', '__proto__', ',,,;;;']),
        'X-Forwarded-Host': 'evil.example.com',
        'X-Roles': 'admin',
        'X-Project-Id': targets.project,
      },
      mayPass: true,
    }),
  };
  const kinds = Object.entries(KINDS).flatMap(([kind, make]) => (make === null ? [] : [{ kind, make }]));
  const { kind, make } = pick(random, kinds);
  return { ...base, kind, ...make() };
};
