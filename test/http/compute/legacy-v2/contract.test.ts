import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAggregate, updateAggregate } from '../../../../http/compute/aggregates/requests.ts';
import { createFlavor } from '../../../../http/compute/flavors/requests.ts';
import { createKeypair } from '../../../../http/compute/keypairs/requests.ts';
import { createServer, updateServer } from '../../../../http/compute/servers/requests.ts';
import type { Shape } from '../../../../http/shape.ts';
import { validateBody } from '../../../../http/validation.ts';
import { contractAbsent, contractSchema, samplesOf } from '../contract.ts';

// Schemas that Nova keeps for legacy v2 alone, and ours of 2.1 when they are checked less strictly.
const BODIES: Readonly<Record<string, readonly [schema: string, shape: Shape<unknown>, key: string]>> = {
  'POST /servers': ['servers.create_v20', createServer, 'server'],
  'PUT /servers/{id}': ['servers.update_v20', updateServer, 'server'],
  'POST /flavors': ['flavors.create_v20', createFlavor, 'flavor'],
  'POST /os-keypairs': ['keypairs.create_v20', createKeypair, 'keypair'],
  'POST /os-aggregates': ['aggregates.create_v20', createAggregate, 'aggregate'],
  'PUT /os-aggregates/{id}': ['aggregates.update_v20', updateAggregate, 'aggregate'],
};

const NAMES = [' spaced ', 'plain', ' ', '', 'a\u0000b', 'a:b', '\u{1f600}', 'x'.repeat(256), ' '.repeat(256), 1, null];

for (const [op, [name, shape, key]] of Object.entries(BODIES))
  test(`legacy v2 takes and refuses names of ${op} as the contract says`, { skip: contractAbsent }, () => {
    const validate = contractSchema(name);
    const samples = samplesOf(op).flatMap(({ version, body }) => (version === '2.1' ? [body] : []));
    const [sample] = samples.filter((body) => validate(body));
    assert.ok(typeof sample === 'object' && sample !== null && key in sample, `no sample of ${op}`);
    const inner: unknown = Object.entries(sample).find(([one]) => one === key)?.[1];
    assert.ok(typeof inner === 'object');
    for (const given of NAMES) {
      const body: unknown = { ...sample, [key]: { ...inner, name: given } };
      const ours: { readonly ok: boolean } = validateBody(shape.at('2.1'), body, 'legacy');
      assert.equal(ours.ok, validate(body), `${JSON.stringify(given)} ${JSON.stringify(ours)}`);
      const withMore: unknown = { ...sample, [key]: { ...inner, name: given, stranger: 1 }, other: 2 };
      assert.equal(validateBody(shape.at('2.1'), withMore, 'legacy').ok, ours.ok, 'unknown keys are dropped');
      assert.equal(validateBody(shape.at('2.1'), withMore).ok, false);
    }
  });
