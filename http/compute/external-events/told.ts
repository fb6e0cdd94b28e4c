import type { ExternalEvent } from '../../../actors/instance/protocol.ts';
import type { Instance } from '../../../actors/instance/row.ts';
import { boundPort } from '../../../actors/network/client.ts';
import { portTable } from '../../../actors/network/row.ts';
import { volumes } from '../../../actors/volume/row.ts';
import type { Reader } from '../../../runtime/store.ts';

/** An event as another service sends it. */
interface Sent {
  readonly name: string;
  readonly status?: string | undefined;
  readonly tag?: string | undefined;
}

/** What a server is to be told of an event; null: nothing, since what it says is known here, or cannot be done by a host. */
export function told({ name, status, tag }: Sent, server: Instance, reader: Reader): ExternalEvent | null {
  switch (name) {
    case 'network-vif-plugged':
      return tag === undefined ? null : { name, portId: tag, failed: status === 'failed' };
    case 'network-vif-unplugged':
      return tag === undefined ? null : { name, portId: tag };
    case 'network-vif-deleted':
      // A port that our own network service still has is not gone, whatever somebody says.
      return tag === undefined || portTable.read(reader, tag)?.deviceId === server.id ? null : { name, portId: tag };
    case 'network-changed':
      return { name, ports: portsNow(server, tag, reader) };
    case 'power-update':
      return { name };
    case 'volume-extended': {
      const row = tag === undefined ? undefined : volumes.read(reader, tag);
      const isItsOwn = server.volumes?.some(({ volumeId }) => volumeId === row?.id) === true;
      return row && isItsOwn ? { name, volumeId: row.id, sizeGib: row.sizeGib } : null;
    }
    default:
      return null;
  }
}

/** The ports of a server as the network service has them: the one of the tag, or all. */
const portsNow = ({ id, ports }: Instance, tag: string | undefined, reader: Reader) =>
  ports
    .filter(({ portId }) => tag === undefined || portId === tag)
    .flatMap(({ portId }) => portTable.read(reader, portId) ?? [])
    .filter(({ deviceId }) => deviceId === id)
    .map((row) => boundPort(reader, row));
