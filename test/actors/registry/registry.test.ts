import assert from 'node:assert/strict';
import test from 'node:test';
import { handle } from '../../../actors/registry/handle.ts';
import {
  type NewFlavor,
  type NewKeypair,
  REGISTRY_MAIN,
  type RegistryMessage,
  registry,
} from '../../../actors/registry/protocol.ts';
import { flavors, keypairId, keypairPrefix, keypairs } from '../../../actors/registry/row.ts';
import { RecordingContext } from '../recording-context.ts';

const FLAVOR: NewFlavor = {
  flavorId: '1',
  name: 'm1.tiny',
  vcpus: 1,
  memoryMib: 512,
  rootGib: 1,
  ephemeralGib: 0,
  swapMib: 0,
  rxtxFactor: 1,
  description: null,
  isPublic: true,
};
const KEYPAIR: NewKeypair = { userId: 'u1', name: 'k1', type: 'ssh', publicKey: 'ssh-ed25519 A', fingerprint: 'aa' };
const DONE = { ok: true, value: null };
const refused = (error: object): object => ({ ok: false, error });

/** A registry that is asked one thing after the other. */
class Asked {
  readonly ctx = new RecordingContext(registry.at(REGISTRY_MAIN));

  ask(message: RegistryMessage): unknown {
    this.ctx.nowMs += 1_000;
    handle(null, message, this.ctx);
    return this.ctx.replies.at(-1);
  }

  flavor(flavorId = '1') {
    return flavors.read(this.ctx.rows, flavorId);
  }
}

function withFlavor(): Asked {
  const asked = new Asked();
  assert.deepEqual(asked.ask({ type: 'createFlavor', flavor: FLAVOR }), DONE);
  return asked;
}

test('a flavor is made once: neither its id nor its name may come again', () => {
  const asked = withFlavor();
  const rest = { disabled: false, extraSpecs: {}, access: [], createdAtMs: asked.ctx.nowMs, updatedAtMs: null };
  assert.deepEqual(asked.flavor(), { ...FLAVOR, ...rest });
  const again = asked.ask({ type: 'createFlavor', flavor: { ...FLAVOR, name: 'other' } });
  assert.deepEqual(again, refused({ code: 'FlavorIdExists', flavorId: '1' }));
  const sameName = asked.ask({ type: 'createFlavor', flavor: { ...FLAVOR, flavorId: '2' } });
  assert.deepEqual(sameName, refused({ code: 'FlavorExists', name: 'm1.tiny' }));
});

test('a deleted flavor is gone, with its name', () => {
  const asked = withFlavor();
  assert.deepEqual(asked.ask({ type: 'deleteFlavor', flavorId: '1' }), DONE);
  assert.equal(asked.flavor(), undefined);
  assert.deepEqual(asked.ask({ type: 'createFlavor', flavor: { ...FLAVOR, flavorId: '2' } }), DONE);
});

test('what is done to an unknown flavor says that it is not found', () => {
  const asked = new Asked();
  const flavorId = 'none';
  const messages: readonly RegistryMessage[] = [
    { type: 'deleteFlavor', flavorId },
    { type: 'updateFlavor', flavorId, description: null },
    { type: 'setExtraSpecs', flavorId, extraSpecs: {} },
    { type: 'deleteExtraSpec', flavorId, key: 'a' },
    { type: 'addFlavorAccess', flavorId, projectId: 'p' },
    { type: 'removeFlavorAccess', flavorId, projectId: 'p' },
  ];
  for (const message of messages) assert.deepEqual(asked.ask(message), refused({ code: 'FlavorNotFound', flavorId }));
});

test('extra specs are set beside others and deleted one by one; hostile names are names', () => {
  const asked = withFlavor();
  asked.ask({ type: 'setExtraSpecs', flavorId: '1', extraSpecs: { a: '1', b: '2' } });
  asked.ask({ type: 'setExtraSpecs', flavorId: '1', extraSpecs: { b: '3', constructor: 'x' } });
  assert.deepEqual(asked.flavor()?.extraSpecs, { a: '1', b: '3', constructor: 'x' });
  assert.equal(asked.flavor()?.updatedAtMs, asked.ctx.nowMs);
  assert.deepEqual(asked.ask({ type: 'deleteExtraSpec', flavorId: '1', key: 'a' }), DONE);
  assert.deepEqual(asked.flavor()?.extraSpecs, { b: '3', constructor: 'x' });
  const missing = asked.ask({ type: 'deleteExtraSpec', flavorId: '1', key: 'toString' });
  assert.deepEqual(missing, refused({ code: 'FlavorExtraSpecNotFound', flavorId: '1', key: 'toString' }));
});

test('access is given once and taken once', () => {
  const asked = withFlavor();
  const access = { flavorId: '1', projectId: 'p1' };
  assert.deepEqual(asked.ask({ type: 'addFlavorAccess', ...access }), DONE);
  assert.deepEqual(
    asked.ask({ type: 'addFlavorAccess', ...access }),
    refused({ code: 'FlavorAccessExists', ...access }),
  );
  assert.deepEqual(asked.flavor()?.access, ['p1']);
  assert.deepEqual(asked.ask({ type: 'removeFlavorAccess', ...access }), DONE);
  const again = asked.ask({ type: 'removeFlavorAccess', ...access });
  assert.deepEqual(again, refused({ code: 'FlavorAccessNotFound', ...access }));
});

test('the flavors of the first start are made once, also when they are gone later', () => {
  const asked = new Asked();
  const ensure: RegistryMessage = {
    type: 'ensureDefaults',
    flavors: [FLAVOR, { ...FLAVOR, flavorId: '2', name: 'b' }],
  };
  asked.ask(ensure);
  asked.ask({ type: 'deleteFlavor', flavorId: '1' });
  assert.deepEqual(asked.ask(ensure), DONE);
  assert.deepEqual(
    [...flavors.scan(asked.ctx.rows)].map(({ flavorId }) => flavorId),
    ['2'],
  );
});

test('keypairs belong to a user, are numbered, and are limited for each user', () => {
  const asked = new Asked();
  const create = (changes: Partial<NewKeypair>, keyPairsMax = 2): unknown =>
    asked.ask({ type: 'createKeypair', keypair: { ...KEYPAIR, ...changes }, keyPairsMax });
  assert.deepEqual(create({}), DONE);
  assert.deepEqual(create({}), refused({ code: 'KeypairExists', name: 'k1' }));
  // A user whose id begins like another's has nothing to do with it.
  assert.deepEqual(create({ userId: 'u12' }), DONE);
  assert.deepEqual(create({ name: 'k2' }), DONE);
  assert.deepEqual(create({ name: 'k3' }), refused({ code: 'KeypairLimitExceeded' }));
  assert.deepEqual(create({ name: 'k3' }, 0), refused({ code: 'KeypairLimitExceeded' }));
  assert.deepEqual(create({ name: 'k3' }, -1), DONE);
  const own = [...keypairs.scan(asked.ctx.rows, { idPrefix: keypairPrefix('u1') })];
  assert.deepEqual(
    own.map(({ name, number }) => [name, number]),
    [
      ['k1', 1],
      ['k2', 3],
      ['k3', 4],
    ],
  );
});

test('a deleted keypair is gone, and a second time not found', () => {
  const asked = new Asked();
  asked.ask({ type: 'createKeypair', keypair: KEYPAIR, keyPairsMax: -1 });
  const remove: RegistryMessage = { type: 'deleteKeypair', userId: 'u1', name: 'k1' };
  assert.deepEqual(asked.ask(remove), DONE);
  assert.equal(keypairs.read(asked.ctx.rows, keypairId('u1', 'k1')), undefined);
  assert.deepEqual(asked.ask(remove), refused({ code: 'KeypairNotFound', userId: 'u1', name: 'k1' }));
});
