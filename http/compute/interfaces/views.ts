import type { Instance } from '../../../actors/instance/row.ts';
import type { BoundPort } from '../../../actors/network/protocol.ts';
import { always, since } from '../../stepped.ts';
import { viewOf } from '../field-view.ts';

/** A port of a server. */
export const interfaceView = viewOf<BoundPort, Instance>({
  port_id: always((port) => port.portId),
  net_id: always((port) => port.networkId),
  mac_addr: always((port) => port.macAddress),
  port_state: always((_, server) => (server.host === null ? 'DOWN' : 'ACTIVE')),
  fixed_ips: always(({ fixedIps }) =>
    fixedIps.map(({ subnetId, address }) => ({ subnet_id: subnetId, ip_address: address })),
  ),
  tag: since('2.70', (port) => port.tag ?? null),
});
