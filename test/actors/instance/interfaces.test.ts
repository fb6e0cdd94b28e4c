import assert from 'node:assert/strict';
import test from 'node:test';
import { guestSpec } from '../../../actors/instance/guest-spec.ts';
import type { Instance } from '../../../actors/instance/row.ts';
import type { BoundPort } from '../../../actors/network/protocol.ts';
import { anInstance, ID, PORT, REQUESTS, Told, USER } from './an-instance.ts';

const NEW: BoundPort = { ...PORT, portId: '66666666-6666-4666-8666-666666666666', macAddress: 'fa:16:3e:00:00:02' };

const attaching = (changes: Partial<Instance> = {}): Told => {
  const told = new Told(anInstance(changes));
  told.begin('attachInterface', 'req-2');
  return told;
};
const bound = (told: Told): Instance =>
  told.tell({ type: 'portsBound', requestId: told.stepId, outcome: { ok: true, value: [NEW] } });

const portsOf = ({ ports }: Instance): readonly string[] =>
  ports.map(({ portId }) => (portId === NEW.portId ? 'new' : 'old'));
const cardsOf = (instance: Instance): readonly string[] =>
  guestSpec(instance, undefined).nics.map(({ portId }) => (portId === NEW.portId ? 'new' : 'old'));
/** What the network has been told. */
const toldOf = ({ ctx }: Told): readonly object[] =>
  ctx.tells.flatMap(({ to, message }) => (to === 'network/main' ? [Object(message)] : []));
const effects = ({ ctx }: Told): readonly string[] => ctx.effects.map(({ name, effectId }) => `${name} ${effectId}`);
const released = (boundBy: string, requestId: string) => ({ type: 'releasePorts', requestId, instanceId: ID, boundBy });

test('a port is bound, then the guest gets its card, and then who has asked is told which one it is', () => {
  const told = attaching();
  const [asked] = toldOf(told);
  assert.deepEqual(
    { ...asked, answerTo: null },
    {
      type: 'bindPorts',
      requestId: 'req-2.0.0.1',
      instanceId: ID,
      projectId: USER.projectId,
      host: 'host-a',
      answerTo: null,
      requests: [REQUESTS.attachInterface.request],
      securityGroups: [],
    },
  );
  const having = bound(told);
  assert.deepEqual(effects(told), ['driver.ensureCards req-2.0.1.1']);
  assert.deepEqual(
    [portsOf(having), cardsOf(having)],
    [
      ['old', 'new'],
      ['old', 'new'],
    ],
  );
  assert.deepEqual(told.ctx.replies, []);
  const done = told.effectEnded('well');
  assert.deepEqual([done.operation, portsOf(done)], [null, ['old', 'new']]);
  assert.deepEqual(told.ctx.replies, [{ ok: true, value: { instanceId: ID, portId: NEW.portId } }]);
});

test('an instance without a host has the port at once', () => {
  const told = attaching({ host: null, vmState: 'stopped' });
  assert.equal(bound(told).operation, null);
  assert.deepEqual(effects(told), []);
  assert.equal(told.ctx.replies.length, 1);
});

test('a port that the network does not give is told of once, and nothing is kept', () => {
  const told = attaching();
  const error = { code: 'NetworkNotFound', networkId: PORT.networkId } as const;
  const left = told.tell({ type: 'portsBound', requestId: told.stepId, outcome: { ok: false, error } });
  assert.deepEqual(told.ctx.replies, [{ ok: false, error }]);
  assert.deepEqual([left.operation, left.vmState, portsOf(left)], [null, 'active', ['old']]);
  assert.deepEqual(effects(told), []);
});

test('a card that the guest does not get is tried again; then the port goes, and the guest is made as it was', () => {
  const told = attaching();
  bound(told);
  told.effectEnded('badly');
  told.tell({ type: 'retryStep', requestId: 'req-2', step: 1 });
  const left = told.effectEnded('badly');
  assert.deepEqual([left.operation, left.vmState, portsOf(left)], [null, 'active', ['old']]);
  assert.deepEqual(effects(told), [
    'driver.ensureCards req-2.0.1.1',
    'driver.ensureCards req-2.0.1.2',
    'driver.ensureCards req-2.0.1.2.undo',
  ]);
  assert.deepEqual(cardsOf(left), ['old']);
  assert.deepEqual(toldOf(told).at(-1), released('req-2.0.0.1', 'req-2.0.0.2'));
  assert.deepEqual(told.ctx.replies, [{ ok: false, error: { code: 'InterfaceAttachFailed', instanceId: ID } }]);
});

for (const when of ['before', 'after'] as const) {
  test(`overtaken ${when} its port is bound, an attachment is answered, and the network lets go of what it has bound`, () => {
    const told = attaching();
    if (when === 'after') bound(told);
    const left = told.tell({ type: 'resetState', state: 'error', requester: { ...USER, isAdmin: true } });
    assert.deepEqual([left.operation, portsOf(left)], [null, ['old']]);
    assert.deepEqual(toldOf(told).at(-1), released('req-2.0.0.1', when === 'before' ? 'req-2.0.0.1' : 'req-2.0.1.1'));
    const late = told.tell({ type: 'portsBound', requestId: 'req-2.0.0.1', outcome: { ok: true, value: [NEW] } });
    assert.deepEqual(portsOf(late), ['old']);
    assert.match(JSON.stringify(told.ctx.replies), /InstanceInvalidState/);
  });
}

const detaching = (changes: Partial<Instance> = {}): Told => {
  const told = new Told(anInstance({ ports: [PORT, NEW], ...changes }));
  told.begin('detachInterface', 'req-3');
  return told;
};

test('a port goes when the guest has let go of its card, and not before', () => {
  const told = detaching();
  assert.deepEqual(told.ctx.replies, [{ ok: true, value: { instanceId: ID } }]);
  assert.deepEqual(effects(told), ['driver.ensureCards req-3.0.0.1']);
  const { state } = told;
  assert.ok(state);
  assert.deepEqual([portsOf(state), cardsOf(state)], [['old', 'new'], ['new']]);
  assert.deepEqual(toldOf(told), []);
  const done = told.effectEnded('well');
  assert.deepEqual([done.operation, portsOf(done)], [null, ['new']]);
  const release = { type: 'releasePorts', requestId: 'req-3.0.1.1', instanceId: ID, portIds: [PORT.portId] };
  assert.deepEqual(toldOf(told), [release]);
});

test('a guest that keeps its card keeps the port', () => {
  const told = detaching();
  told.effectEnded('badly');
  told.tell({ type: 'retryStep', requestId: 'req-3', step: 0 });
  const left = told.effectEnded('badly');
  assert.deepEqual(
    [left.operation, left.vmState, portsOf(left), cardsOf(left)],
    [null, 'active', ['old', 'new'], ['old', 'new']],
  );
  assert.deepEqual(toldOf(told), []);
});

test('the card of a port that the network has removed is taken from a guest that runs', () => {
  const told = new Told(anInstance({ ports: [PORT, NEW] }));
  const event = { type: 'externalEvent', event: { name: 'network-vif-deleted', portId: PORT.portId } } as const;
  const left = told.tell(event);
  assert.deepEqual([portsOf(left), cardsOf(left)], [['new'], ['new']]);
  assert.equal(told.ctx.effects.at(-1)?.name, 'driver.ensureCards');
  assert.equal(told.effectEnded('well').operation, null);
  assert.deepEqual(toldOf(told), [], 'the network has done it');
  const elsewhere = new Told(anInstance({ ports: [PORT, NEW], vmState: 'suspended' }));
  assert.deepEqual(portsOf(elsewhere.tell(event)), ['new']);
  assert.deepEqual(effects(elsewhere), []);
});

test('what else begins while a card comes waits for it, also the end of another port', () => {
  const told = attaching();
  bound(told);
  const requester = { ...USER, requestId: 'req-4' };
  told.tell({ type: 'begin', operation: 'stop', requester });
  const waiting = told.tell({
    type: 'externalEvent',
    event: { name: 'network-vif-deleted', portId: PORT.portId },
  });
  assert.deepEqual([waiting.operation?.action, portsOf(waiting)], ['attachInterface', ['old', 'new']]);
  told.effectEnded('well');
  const next = told.ctx.tells.filter(({ message }) => JSON.stringify(message).includes('passedOn'));
  assert.equal(next.length, 2);
});
