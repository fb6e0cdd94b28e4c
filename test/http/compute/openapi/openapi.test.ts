import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as v from 'valibot';
import { openApiDocument } from '../../../../http/compute/openapi/document.ts';
import { computeRoutes } from '../../../../http/compute/routes.ts';
import { FORMATS } from '../../../../http/formats.ts';
import { compareMicroversions, MICROVERSIONS } from '../../../../http/microversions.ts';
import { startTestCloud, type TestCloud } from '../cloud.ts';
import { contractAbsent, samplesOf } from '../contract.ts';

// What OpenAPI 3.1 asks of the parts that we write; nothing beside them may stand there.
const JsonSchema = v.record(v.string(), v.unknown());
const Content = v.strictObject({ 'application/json': v.strictObject({ schema: JsonSchema }) });
const Reference = v.strictObject({ $ref: v.pipe(v.string(), v.regex(/^#\/components\/\w+\/\w+$/)) });
const Parameter = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1)),
  in: v.picklist(['query', 'path', 'header']),
  description: v.optional(v.string()),
  required: v.boolean(),
  schema: JsonSchema,
});
const Answer = v.union([Reference, v.strictObject({ description: v.string(), content: v.optional(Content) })]);
const Operation = v.strictObject({
  operationId: v.string(),
  tags: v.array(v.string()),
  parameters: v.array(v.union([Reference, Parameter])),
  requestBody: v.optional(v.strictObject({ required: v.boolean(), content: Content })),
  responses: v.pipe(v.record(v.pipe(v.string(), v.regex(/^([1-5]\d\d|default)$/)), Answer)),
  'x-policies': v.optional(v.array(v.string())),
});
const Document = v.strictObject({
  openapi: v.pipe(v.string(), v.regex(/^3\.1\.\d+$/)),
  info: v.strictObject({ title: v.string(), version: v.string(), description: v.string() }),
  servers: v.array(v.strictObject({ url: v.string() })),
  security: v.array(v.record(v.string(), v.array(v.string()))),
  paths: v.record(
    v.pipe(v.string(), v.startsWith('/')),
    v.strictObject({
      get: v.optional(Operation),
      post: v.optional(Operation),
      put: v.optional(Operation),
      delete: v.optional(Operation),
    }),
  ),
  components: v.strictObject({
    securitySchemes: v.record(
      v.string(),
      v.strictObject({ type: v.literal('apiKey'), in: v.string(), name: v.string() }),
    ),
    parameters: v.record(v.string(), Parameter),
    schemas: v.record(v.string(), JsonSchema),
    responses: v.record(v.string(), Answer),
  }),
});

const ajv = new Ajv2020({ strict: false });
for (const [name, check] of Object.entries(FORMATS)) ajv.addFormat(name, check);

let cloud: TestCloud;
before(async () => {
  cloud = await startTestCloud({ hosts: 0, withNetwork: false });
});
after(() => cloud.close());

const get = async (path: string) => {
  const response = await cloud.app.request(`http://compute.example.com${path}`);
  return { status: response.status, body: JSON.parse(await response.text()) };
};

test('the document of every microversion is OpenAPI 3.1, and its schemas are valid JSON Schemas', () => {
  for (const { version } of MICROVERSIONS) {
    const document = v.parse(Document, JSON.parse(JSON.stringify(openApiDocument(computeRoutes, version, '/v2.1'))));
    const operationIds = new Set<string>();
    for (const [path, item] of Object.entries(document.paths))
      for (const operation of Object.values(item)) {
        if (operation === undefined) continue;
        assert.equal(operationIds.has(operation.operationId), false, operation.operationId);
        operationIds.add(operation.operationId);
        const named = operation.parameters.flatMap((one) => ('in' in one && one.in === 'path' ? [one.name] : []));
        assert.deepEqual(
          named,
          [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]),
          path,
        );
        if (version !== '2.1' && version !== '2.104') continue;
        const schemas = operation.parameters.flatMap((one) => ('schema' in one ? [one.schema] : []));
        const body = operation.requestBody?.content['application/json'].schema;
        for (const schema of body === undefined ? schemas : [...schemas, body])
          assert.doesNotThrow(() => ajv.compile(schema), `${operation.operationId} at ${version}`);
      }
  }
});

test('the document has the routes of its microversion and no others', () => {
  for (const version of ['2.1', '2.36', '2.90', '2.104'] as const) {
    const { paths } = v.parse(Document, JSON.parse(JSON.stringify(openApiDocument(computeRoutes, version, ''))));
    const there = computeRoutes.filter(
      ({ from, until }) => compareMicroversions(from, version) <= 0 && compareMicroversions(until, version) >= 0,
    );
    const places = (list: readonly string[]) => [...new Set(list.map((path) => path.replace(/\{\w+\}/g, '{}')))].sort();
    assert.deepEqual(places(Object.keys(paths)), places(there.map(({ path }) => path)));
  }
});

test('the document takes the request samples of the contract', { skip: contractAbsent }, () => {
  for (const op of ['POST /servers', 'POST /flavors', 'POST /os-keypairs', 'PUT /os-quota-sets/{id}']) {
    const [method = '', path = ''] = op.split(' ');
    for (const { version, body, file } of samplesOf(op)) {
      const { paths } = v.parse(Document, JSON.parse(JSON.stringify(openApiDocument(computeRoutes, version, ''))));
      const item = paths[path];
      const schema = (method === 'PUT' ? item?.put : item?.post)?.requestBody?.content['application/json'].schema;
      assert.ok(schema !== undefined, op);
      const validate = ajv.compile(schema);
      assert.ok(validate(body), `${file}: ${JSON.stringify(validate.errors)}`);
      assert.equal(validate({ stranger: 1 }), false);
    }
  }
});

test('/openapi.json answers the newest microversion, or the one that is asked for, without a token', async () => {
  assert.equal((await get('/openapi.json')).body.info.version, '2.104');
  const { status, body } = await get('/openapi.json?version=2.90');
  assert.equal(status, 200);
  assert.equal(body.info.version, '2.90');
  assert.equal(body.servers[0].url, 'http://compute.example.com/v2.1');
  const refused = await get('/openapi.json?version=2.1000');
  assert.equal(refused.status, 400);
  assert.equal(refused.body.badRequest.code, 400);
});

test('/schemas lists every operation with ranges of microversions that do not overlap', async () => {
  const { body } = await get('/schemas');
  assert.ok(body.operations.length >= computeRoutes.length);
  const keypairs = body.operations.find(
    (one: { method: string; path: string }) => one.method === 'POST' && one.path === '/os-keypairs',
  );
  assert.deepEqual(
    keypairs.versions.map(({ min, max }: { min: string; max: string }) => [min, max]),
    [
      ['2.1', '2.1'],
      ['2.2', '2.9'],
      ['2.10', '2.91'],
      ['2.92', '2.104'],
    ],
  );
  assert.deepEqual(keypairs.versions[0].body.properties.keypair.required, ['name']);
});
