import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeCards } from '../../../drivers/qemu/cards.ts';
import type { QmpClient, QmpEvent } from '../../../drivers/qemu/qmp-client.ts';
import { unplugDevice } from '../../../drivers/qemu/unplug.ts';
import { driverFailed, driverOk } from '../../../drivers/result.ts';
import { smallSpec } from '../specs.ts';

/** A guest whose QEMU has one device, and tells these events when it is asked to let go of that; `goes`: it does. */
function aGuest({ events = [], goes = false }: { readonly events?: readonly QmpEvent[]; readonly goes?: boolean }) {
  let listener: ((event: QmpEvent) => void) | null = null;
  let devices = ['nic0', 'nic1'];
  const qmp: QmpClient = {
    async execute(command) {
      if (command === 'qom-list') return driverOk(devices.map((name) => ({ name })));
      if (goes) devices = ['nic0'];
      for (const event of events) listener?.(event);
      return driverFailed({ code: 'HypervisorFailed', reason: 'it is at it already' });
    },
    closed: new Promise(() => {}),
    close() {},
  };
  return {
    qmp,
    listen(hears: (event: QmpEvent) => void) {
      listener = hears;
      return () => {
        listener = null;
      };
    },
    isHeard: () => listener !== null,
  };
}
const signal = new AbortController().signal;

for (const [name, events, goes, ok] of [
  ['that QEMU tells to be gone is gone', [{ name: 'DEVICE_DELETED', data: { device: 'nic1' } }], false, true],
  ['that is gone without a word is gone', [], true, true],
  [
    'that the guest keeps is an error at once',
    [{ name: 'DEVICE_UNPLUG_GUEST_ERROR', data: { device: 'nic1' } }],
    false,
    false,
  ],
] as const) {
  test(`a device ${name}, and nobody listens any more`, async () => {
    const guest = aGuest({ events, goes });
    const gone = await unplugDevice(guest, 'nic1', 'the network card', signal);
    assert.equal(gone.ok, ok);
    if (!ok) assert.match(JSON.stringify(gone), /the guest keeps the network card/);
    assert.equal(guest.isHeard(), false);
  });
}

test('a guest that does not let go of a device when time is up is told of, with what QEMU said', async () => {
  const guest = aGuest({ events: [{ name: 'DEVICE_DELETED', data: { device: 'nic0' } }] });
  const gone = await unplugDevice(guest, 'nic1', 'the network card', AbortSignal.abort());
  assert.match(JSON.stringify(gone), /does not let go of the network card: .*it is at it already/);
});

test('cards keep their places, and others get the first ones that are free', () => {
  const [nic] = smallSpec().nics;
  assert.ok(nic);
  const cards = (...ids: readonly string[]) => ids.map((portId) => ({ ...nic, portId }));
  const places = (of: ReturnType<typeof placeCards>) => of.map(({ portId, slot }) => `${portId}${slot}`);
  const first = placeCards(cards('a', 'b', 'c'), []);
  assert.deepEqual(places(first), ['a0', 'b1', 'c2']);
  const second = placeCards(cards('d', 'c', 'a', 'e'), first);
  assert.deepEqual(places(second), ['d1', 'c2', 'a0', 'e3']);
});
