import { networkTable } from '../../../actors/network/row.ts';
import { type Refusal, refuseWith } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import type { ComputeServices } from '../services.ts';

/**
 * Why a caller cannot have a card on a network, by its id or by a port on it: it is external and not shared, which is for
 * routers and floating IPs. Nova: `_check_external_network_attach` (nova/network/neutron.py), asked when the server is built
 * already; here before.
 */
export const externalRefusal = (
  networkId: string,
  request: Pick<RequestContext, 'allows'>,
  { reader }: Pick<ComputeServices, 'reader'>,
): Refusal | null => {
  const network = networkTable.read(reader, networkId);
  if (network?.external !== true || network.shared || request.allows('network:attach_external_network')) return null;
  return refuseWith(403, `It is not allowed to create an interface on external network ${networkId}`);
};
