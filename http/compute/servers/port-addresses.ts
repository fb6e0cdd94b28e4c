import { networkTable, subnetTable } from '../../../actors/network/row.ts';
import type { Caller } from '../../../drivers/identity.ts';
import type { NetworkRecord, PortRecord } from '../../../drivers/networks.ts';
import { type Refusal, refuseWith } from '../../reply.ts';
import type { ComputeServices } from '../services.ts';

type Rows = Pick<ComputeServices, 'reader'>;

const owns = ({ isAdmin, projectId }: Caller, owner: string): boolean => isAdmin || projectId === owner;

/**
 * Why a caller cannot have a certain address on a network: it belongs to another project, and the caller is no administrator.
 * Neutron: `create_port:fixed_ips:ip_address` of conf/policies/port.py, which Nova runs into when the server is built already; here
 * before.
 */
export const addressRefusal = (
  fixedIp: string | undefined,
  { id, projectId }: NetworkRecord,
  caller: Caller,
): Refusal | null =>
  fixedIp === undefined || owns(caller, projectId)
    ? null
    : refuseWith(
        403,
        `It is not allowed to choose a fixed IP address on network ${id}, which belongs to another project`,
      );

/**
 * Why a caller cannot give a port other addresses: its network belongs to another project. Neutron: `update_port:fixed_ips`. Nova
 * accepts `addFixedIp` and `removeFixedIp` all the same, and then nothing happens.
 */
export const addressChangeRefusal = (networkId: string, caller: Caller, { reader }: Rows): Refusal | null => {
  const network = networkTable.read(reader, networkId);
  return network !== undefined && owns(caller, network.projectId)
    ? null
    : refuseWith(
        403,
        `It is not allowed to change the fixed IP addresses on network ${networkId}, which belongs to another project`,
      );
};

const hasSubnets = ({ reader }: Rows, networkId: string): boolean =>
  [...subnetTable.ids(reader, 'network', [networkId], { limit: 1 })].length > 0;

/**
 * Why no server is made with a port: it has no address, since its network has none to give. One that was made without on purpose,
 * where there are some, is taken. Nova: `PortRequiresFixedIP`.
 */
export const portWithoutAddressRefusal = ({ id, networkId, addresses }: PortRecord, rows: Rows): Refusal | null =>
  addresses.length > 0 || hasSubnets(rows, networkId)
    ? null
    : refuseWith(400, `Port ${id} requires a FixedIP in order to be used.`);

/** What a server is told that has no port where a security group could hold. Nova: `SecurityGroupCannotBeApplied`. */
export const noPlaceForGroups = (): Refusal =>
  refuseWith(400, 'Network requires port_security_enabled and subnet associated in order to apply security groups.');

/** Why a server that is there gets no interface on a network: it has no subnets. */
export const withoutSubnetsRefusal = (networkId: string, rows: Rows): Refusal | null =>
  hasSubnets(rows, networkId) ? null : noPlaceForGroups();
