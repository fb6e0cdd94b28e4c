import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { computeRoutes } from '../../../../http/compute/routes.ts';
import { versionRoutes } from '../../../../http/compute/version-routes.ts';
import { compareMicroversions, type Microversion } from '../../../../http/microversions.ts';
import { validateBody } from '../../../../http/validation.ts';
import { type ContractSample, contractAbsent, everySample } from '../contract.ts';
import { ABSENT, ABSENT_FOLDERS, DIFFERENT } from './absent.ts';
import { ADMINISTRATION_RECIPES } from './administration-recipes.ts';
import type { Recipe } from './recipes.ts';
import { RESOURCE_RECIPES } from './resource-recipes.ts';
import { askAt, type SampleCloud, startSampleCloud, stopSampleCloud } from './sample-cloud.ts';
import { shapeDifference } from './sample-shape.ts';
import { SERVER_RECIPES } from './server-recipes.ts';

const skip = contractAbsent;
const RECIPES: Readonly<Record<string, Recipe>> = {
  ...RESOURCE_RECIPES,
  ...SERVER_RECIPES,
  ...ADMINISTRATION_RECIPES,
};
let on: SampleCloud | undefined;
before(async () => {
  if (skip === false) on = await startSampleCloud();
});
after(async () => {
  if (on !== undefined) await stopSampleCloud(on);
});

const cloud = (): SampleCloud => {
  assert.ok(on !== undefined);
  return on;
};

const WRONG_IN_NOVA = ['os-keypairs/v2.92/keypairs-post-req.json', 'os-server-external-events/event-create-req.json'];

const nameOf = ({ file }: ContractSample): string => file.replace(/\/v2\.\d+\//, '/');
const answers = everySample().filter(({ kind }) => kind === 'response');

for (const sample of answers) {
  const name = nameOf(sample);
  const absent = ABSENT[name] ?? ABSENT_FOLDERS[name.split('/')[0] ?? ''];
  const recipe = RECIPES[name];
  if (absent !== undefined) {
    test(`instead of ${sample.file} the answer is ${absent.status}`, { skip }, async () => {
      const { status, body } = await absent.ask(askAt(cloud(), sample, 'admin'));
      assert.equal(status, absent.status, JSON.stringify(body));
    });
    continue;
  }
  const expected = DIFFERENT[sample.file]?.difference ?? null;
  const but = expected === null ? '' : ', but for one thing';
  test(`an answer has the shape of ${sample.file}${but}`, { skip }, async () => {
    assert.ok(recipe !== undefined, 'nobody has said how this answer is got');
    // Samples were recorded as an administrator or as a member, and do not say as whom.
    const differences: (string | null)[] = [];
    for (const as of ['admin', 'member'] as const) {
      const { status, body } = await recipe(askAt(cloud(), sample, as));
      differences.push(
        status < 300 ? shapeDifference(sample.body, body) : `answers ${status}: ${JSON.stringify(body)}`,
      );
      if (differences.includes(expected)) return;
    }
    assert.fail(differences.join('\n'));
  });
}

const routeOf = (operation: string, version: Microversion) => {
  const [call = '', action = null] = operation.split('#');
  const [method, path = ''] = call.split(' ');
  return [...versionRoutes, ...computeRoutes].find(
    (route) =>
      route.method === method &&
      withoutNames(route.path) === withoutNames(path) &&
      route.action === action &&
      compareMicroversions(route.from, version) <= 0 &&
      compareMicroversions(route.until, version) >= 0,
  );
};
const withoutNames = (path: string): string => path.replace(/\{[^}]+\}/g, '{}');

test('every sample of a request is taken by the operations whose schemas take it, or has become another', {
  skip,
}, () => {
  const requests = everySample().filter(({ kind }) => kind === 'request');
  assert.equal(requests.length, 272);
  const refused = requests.flatMap(({ file, version, body, operations }) => {
    const taken = operations.filter((operation) => {
      const route = routeOf(operation, version);
      return route !== undefined && (route.body === null || validateBody(route.body.at(version), body).ok);
    });
    return taken.length === operations.length && taken.length > 0 ? [] : [file];
  });
  // Wrong in Nova itself: its own schemas refuse them.
  assert.deepEqual(refused, WRONG_IN_NOVA);
});

test('no exception stands for a sample that is not there', { skip }, () => {
  const names = new Set(answers.flatMap((sample) => [nameOf(sample), sample.file]));
  const folders = new Set([...names].map((name) => name.split('/')[0] ?? ''));
  const known = [...Object.keys(ABSENT), ...Object.keys(DIFFERENT), ...Object.keys(RECIPES)];
  assert.deepEqual(
    [...known.filter((name) => !names.has(name)), ...Object.keys(ABSENT_FOLDERS).filter((one) => !folders.has(one))],
    [],
  );
});
