import { beginOperation } from '../../actors/instance/client.ts';
import type { OperationRequest } from '../../actors/instance/protocol.ts';
import { instances } from '../../actors/instance/row.ts';
import { changeNetwork } from '../../actors/network/client.ts';
import { networkTable } from '../../actors/network/row.ts';
import type { World } from './world.ts';

const REQUESTER = { projectId: 'p0', userId: 'u0', isAdmin: false };

/**
 * A client that wants one network card more for its instance, and perhaps takes one away again, or has the network remove its
 * port. The first one stays. What it is refused it does without.
 */
export async function useInterface(world: World, instanceId: string): Promise<void> {
  const [networkId] = networkTable.ids(world.rows, 'shared', []);
  if (networkId === undefined) return;
  await begin(world, instanceId, { operation: 'attachInterface', request: { networkId } });
  await world.sleep(world.upTo(4_000));
  const portId = instances.read(world.rows, instanceId)?.ports.at(-1)?.portId;
  if (portId === undefined || portId === instances.read(world.rows, instanceId)?.ports[0]?.portId) return;
  if (world.happens(0.3)) await changeNetwork(world.system, { type: 'deletePort', id: portId });
  else if (world.happens(0.6)) await begin(world, instanceId, { operation: 'detachInterface', portId });
}

async function begin(world: World, instanceId: string, request: OperationRequest): Promise<void> {
  const ask = () =>
    beginOperation(world.system, instanceId, request, { ...REQUESTER, requestId: `req-${world.random.uuid()}` });
  if (world.happens(world.rates.asksTwice)) void ask();
  await ask();
}
