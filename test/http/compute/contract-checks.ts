import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareMicroversions, type Microversion } from '../../../http/microversions.ts';
import type { Shape } from '../../../http/shape.ts';
import { validateBody, validateQuery } from '../../../http/validation.ts';
import type { CallOptions, TestCloud } from './cloud.ts';
import { contractAbsent, contractSchema, entriesOf, samplesOf, versionsOf } from './contract.ts';

// Tests that a resource is as the contract says at every microversion; each resource names its operations.
const skip = contractAbsent;

/** A request of an operation. */
export interface Asked {
  readonly path: string;
  readonly body?: unknown;
}

/** Makes the request of an operation at a microversion, with what it needs to succeed. */
export type Ask = (version: Microversion) => Asked | Promise<Asked>;

export const isBefore = (version: Microversion, other: Microversion): boolean =>
  compareMicroversions(version, other) < 0;

/** Every operation answers an administrator with the status and the body of the contract. */
export const testAnswers = (cloud: () => TestCloud, operations: Readonly<Record<string, Ask>>): void => {
  for (const [op, ask] of Object.entries(operations)) {
    test(`${op} answers with the status and the body of the contract at every microversion`, { skip }, async () => {
      for (const entry of entriesOf(op)) {
        const validate = entry.response === null ? null : contractSchema(entry.response);
        for (const version of versionsOf(entry)) {
          const { path, body } = await ask(version);
          const options: CallOptions = { version, as: 'admin', ...(body === undefined ? {} : { body }) };
          const answer = await cloud().call(entry.method, path, options);
          const told = `${op} at ${version}: ${answer.status} ${JSON.stringify(answer.body)}`;
          const statuses: readonly (number | null)[] = Array.isArray(entry.success) ? entry.success : [entry.success];
          assert.ok(statuses.includes(answer.status), told);
          assert.ok(validate === null || validate(answer.body), `${told} ${JSON.stringify(validate?.errors)}`);
        }
      }
    });
  }
};

/** Outside of the microversions that have it an operation is 404. */
export const testRanges = (
  cloud: () => TestCloud,
  paths: Readonly<Record<string, readonly [path: string, outside: readonly Microversion[]]>>,
): void => {
  for (const [op, [path, outside]] of Object.entries(paths))
    test(`${op} is 404 at ${outside.join(' and ')}`, async () => {
      for (const version of outside) {
        const [method = ''] = op.split(' ');
        const options: CallOptions = {
          as: 'admin',
          version,
          ...(method === 'POST' || method === 'PUT' ? { body: {} } : {}),
        };
        assert.equal((await cloud().call(method, path, options)).status, 404, version);
      }
    });
};

/** The request samples are taken, and bodies are taken and refused as the contract says. */
export const testBodies = (bodies: Readonly<Record<string, Shape<unknown>>>): void => {
  for (const [op, shape] of Object.entries(bodies)) {
    test(`every request sample of ${op} is taken`, { skip }, () => {
      for (const { file, version, body } of samplesOf(op)) {
        const result = validateBody(shape.at(version), body);
        assert.ok(result.ok, `${file}: ${JSON.stringify(result)}`);
      }
    });

    test(`the body of ${op} is taken and refused as the contract says at every microversion`, { skip }, () => {
      for (const entry of entriesOf(op)) {
        const validate = contractSchema(entry.body ?? '');
        const hostile = [{ stranger: 1 }, {}, [], 'x', null, 0];
        for (const version of versionsOf(entry))
          for (const body of [...samplesOf(op).map((sample) => sample.body), ...hostile]) {
            const ours = validateBody(shape.at(version), body).ok;
            assert.equal(ours, validate(body), `${JSON.stringify(body)} at ${version}`);
          }
      }
    });
  }
};

/** Queries are taken and refused as the contract says. */
export const testQueries = (
  queries: Readonly<Record<string, Shape<unknown>>>,
  candidates: readonly Readonly<Record<string, readonly string[]>>[],
): void => {
  for (const [op, shape] of Object.entries(queries))
    test(`the query of ${op} is taken and refused as the contract says at every microversion`, { skip }, () => {
      for (const entry of entriesOf(op)) {
        const validate = contractSchema(entry.query ?? '');
        for (const version of versionsOf(entry))
          for (const query of candidates) {
            const ours = validateQuery(shape.at(version), query).ok;
            assert.equal(ours, validate(query), `${JSON.stringify(query)} at ${version}`);
          }
      }
    });
};
