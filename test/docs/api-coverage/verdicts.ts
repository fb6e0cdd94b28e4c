import { computeRoutes } from '../../../http/compute/routes.ts';
import { versionRoutes } from '../../../http/compute/version-routes.ts';
import { jsonSchemaOf } from '../../../http/json-schema.ts';
import { compareMicroversions, type Microversion } from '../../../http/microversions.ts';
import { isJsonObject } from '../../../http/parameter.ts';
import type { Route } from '../../../http/route.ts';
import { validateBody, validateQuery } from '../../../http/validation.ts';
import { seededRandom } from '../../../runtime/random.ts';
import {
  allEntries,
  type ContractEntry,
  contractSchema,
  goneStatus,
  requestSamples,
  versionsOf,
} from '../../http/compute/contract.ts';
import { exampleOf, mutated } from '../../http/hostile/bodies.ts';
import { startVictimCloud, type VictimCloud } from '../../http/hostile/victims.ts';
import { asked, cloudFor } from './asking.ts';

/** What was found of an operation over a range of microversions; `problem` null: it passes. */
export interface Verdict {
  readonly op: string;
  readonly min: string;
  readonly max: string;
  readonly problem: string | null;
}

const MUTATIONS = 20;
const place = (path: string): string => path.replace(/\{[^}]+\}/g, '{}');

const routeOf = (entry: ContractEntry, version: Microversion): Route<never> | undefined =>
  [...versionRoutes, ...computeRoutes].find(
    ({ method, path, action, from, until }) =>
      method === entry.method &&
      place(path) === place(entry.path) &&
      action === entry.action &&
      compareMicroversions(from, version) <= 0 &&
      compareMicroversions(until, version) >= 0,
  );

const bodyProblem = (entry: ContractEntry, route: Route<never>, version: Microversion): string | null => {
  if (entry.body === null) return null;
  const validate = contractSchema(entry.body);
  if (route.body === null) return validate(0) ? null : 'takes any body';
  const schema = route.body.at(version);
  for (const { file, body } of requestSamples(entry.op, version))
    if (!validateBody(schema, body).ok && validate(body)) return `refuses the sample ${file}`;
  const random = seededRandom(11);
  const example = jsonSchemaOf(schema);
  const bodies = [{}, { stranger: 1 }, [], 'x', null, 0];
  for (let count = 0; count < MUTATIONS; count++) bodies.push(mutatedExample(example, random));
  const differs = bodies.find((body) => validateBody(schema, body).ok && !validate(body));
  return differs === undefined ? null : `takes ${JSON.stringify(differs).slice(0, 80)}`;
};

const mutatedExample = (example: ReturnType<typeof jsonSchemaOf>, random: ReturnType<typeof seededRandom>): object => {
  const body = mutated(exampleOf(example, {}, random), random);
  return isJsonObject(body) ? body : {};
};

const QUERIES = [{}, { stranger: ['1'] }, { limit: ['x'] }, { limit: ['1', '2'] }, { marker: ['m'] }];

const queryProblem = (entry: ContractEntry, route: Route<never>, version: Microversion): string | null => {
  if (entry.query === null || route.query === null) return null;
  const validate = contractSchema(entry.query);
  const schema = route.query.at(version);
  const differs = QUERIES.find((one) => validateQuery(schema, one).ok !== validate(one));
  return differs === undefined
    ? null
    : `query ${JSON.stringify(differs)} is ${validate(differs) ? 'refused' : 'taken'}`;
};

/** Ids and names change from run to run. */
const steady = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}/g, 'ID')
    .replace(/\|/g, '/')
    .slice(0, 120);

const messageOf = (body: unknown): string => {
  const [fault] = isJsonObject(body) ? Object.values(body) : [];
  return isJsonObject(fault) && typeof fault['message'] === 'string' ? fault['message'] : '';
};

const answerProblem = async (
  entry: ContractEntry,
  route: Route<never>,
  version: Microversion,
  shared: VictimCloud,
): Promise<string | null> => {
  // What changes something gets a cloud of its own.
  const own = cloudFor(entry);
  const victims = entry.method === 'GET' && own === null ? shared : await startVictimCloud(own ?? {});
  const { status, body } = await asked(entry, route, version, victims);
  if (victims !== shared) await victims.cloud.close();
  const good: readonly (number | null)[] = Array.isArray(entry.success) ? entry.success : [entry.success];
  if (status === goneStatus(entry.op)) return null;
  if (!good.includes(status)) return steady(`answers ${status}: ${messageOf(body)}`);
  if (entry.response === null || status >= 300) return null;
  const validate = contractSchema(entry.response);
  return validate(body) ? null : steady(`body: ${validate.errors?.[0]?.instancePath} ${validate.errors?.[0]?.message}`);
};

/** Tries an operation at the first and the last microversion of a range in which nothing about it changes. */
const verdictOf = async (entry: ContractEntry, victims: VictimCloud): Promise<Verdict> => {
  const versions = versionsOf(entry);
  const ends = [...new Set([versions[0], versions[versions.length - 1]])].flatMap((one) => one ?? []);
  let problem: string | null = null;
  for (const version of ends) {
    const route = routeOf(entry, version);
    problem ??=
      route === undefined
        ? 'no route'
        : (bodyProblem(entry, route, version) ??
          queryProblem(entry, route, version) ??
          (await answerProblem(entry, route, version, victims)));
  }
  return { op: entry.op, min: entry.min, max: entry.max, problem };
};

/** Tries everything in the contract; ranges of an operation that fare alike are one. */
export const verdicts = async (victims: VictimCloud): Promise<readonly Verdict[]> => {
  const found: Verdict[] = [];
  for (const entry of allEntries()) {
    // The root is answered before routing; test/http/recorded-answers.test.ts is about it.
    if (entry.path === '/') continue;
    const verdict = await verdictOf(entry, victims);
    const last = found[found.length - 1];
    if (last?.op === verdict.op && last.problem === verdict.problem)
      found[found.length - 1] = { ...last, max: verdict.max };
    else found.push(verdict);
  }
  return found;
};
