import type { Caller } from '../../drivers/identity.ts';
import type { NetworkCatalog, NetworkRecord, PortRecord, SecurityGroupRecord } from '../../drivers/networks.ts';
import type { Reader } from '../../runtime/store.ts';
import { guaranteesResources, portResourceGroups } from './resource-groups.ts';
import {
  type NetworkLayoutRow,
  type NetworkRow,
  networkLayoutTable,
  networkTable,
  type PortRow,
  portTable,
  securityGroupTable,
  subnetTable,
} from './row.ts';
import { uplinkOf } from './uplink.ts';

/** Longest name or id that is looked for; longer ones name nothing, and keys are bounded. */
const NAME_LENGTH_MAX = 255;

/** Projects whose networks are kept at once. */
const PROJECTS_KEPT_MAX = 1_000;

/** The embedded network service as compute's front end sees it: reads committed rows, asks no actor. */
class RowCatalog implements NetworkCatalog {
  readonly #rows: Reader;
  /** The networks that projects may use, as of this layout. */
  readonly #available = new Map<string | null, readonly NetworkRecord[]>();
  #layout: NetworkLayoutRow | undefined;

  constructor(rows: Reader) {
    this.#rows = rows;
  }

  findNetwork(id: string, caller: Caller): NetworkRecord | null {
    if (id.length > NAME_LENGTH_MAX) return null;
    const row = networkTable.read(this.#rows, id);
    if (!row) return null;
    // External ones are found by everybody, as in Neutron. Whether a guest may be on one is for a policy to say.
    const isVisible = row.shared || row.external === true || caller.isAdmin || row.projectId === caller.projectId;
    return isVisible ? this.#network(row) : null;
  }

  findPort(id: string, caller: Caller): PortRecord | null {
    if (id.length > NAME_LENGTH_MAX) return null;
    const row = portTable.read(this.#rows, id);
    return row && (caller.isAdmin || row.projectId === caller.projectId) ? portRecord(this.#rows, row) : null;
  }

  visibleNetworks({ projectId, isAdmin }: Caller): readonly NetworkRecord[] {
    if (isAdmin) return [...networkTable.scan(this.#rows)].map((row) => this.#network(row));
    const ids = [...this.#availableIds(projectId), ...networkTable.ids(this.#rows, 'external', [])];
    return [...new Set(ids)].flatMap((id) => {
      const row = networkTable.read(this.#rows, id);
      return row ? [this.#network(row)] : [];
    });
  }

  availableNetworks({ projectId }: Caller): readonly NetworkRecord[] {
    // Asked with every server that is made; a range of keys costs more to read than all else of it.
    const layout = networkLayoutTable.read(this.#rows, 'main');
    if (layout !== this.#layout || this.#available.size >= PROJECTS_KEPT_MAX) this.#available.clear();
    this.#layout = layout;
    const known = layout && this.#available.get(projectId);
    if (known) return known;
    const records = this.#readAvailable(projectId);
    this.#available.set(projectId, records);
    return records;
  }

  #readAvailable(projectId: string | null): readonly NetworkRecord[] {
    const records: NetworkRecord[] = [];
    for (const id of this.#availableIds(projectId)) {
      const row = networkTable.read(this.#rows, id);
      // An external network is for routers and floating IPs, not for guests that do not ask for it by name.
      if (row && row.external !== true) records.push(this.#network(row));
    }
    return records;
  }

  /** Ids of the project's networks and of shared ones. */
  #availableIds(projectId: string | null): ReadonlySet<string> {
    const ids = new Set(networkTable.ids(this.#rows, 'shared', []));
    if (projectId !== null) for (const id of networkTable.ids(this.#rows, 'project', [projectId])) ids.add(id);
    return ids;
  }

  findSecurityGroup(nameOrId: string, { projectId }: Caller): SecurityGroupRecord | 'ambiguous' | null {
    if (projectId === null || nameOrId.length > NAME_LENGTH_MAX) return null;
    const byId = securityGroupTable.read(this.#rows, nameOrId);
    if (byId && byId.projectId === projectId) return { id: byId.id, name: byId.name, projectId };
    const [id, other] = securityGroupTable.ids(this.#rows, 'project', [projectId, nameOrId], { limit: 2 });
    if (other !== undefined) return 'ambiguous';
    if (id !== undefined) return { id, name: nameOrId, projectId };
    return nameOrId === 'default' ? { id: nameOrId, name: nameOrId, projectId } : null;
  }

  #network(row: NetworkRow): NetworkRecord {
    const { id, name, projectId, shared } = row;
    const [subnet] = subnetTable.ids(this.#rows, 'network', [id], { limit: 1 });
    const uplink = uplinkOf(row);
    const record = { id, name, projectId, shared, hasSubnets: subnet !== undefined, ...(uplink && { uplink }) };
    return guaranteesResources(this.#rows, row) ? { ...record, guaranteesResources: true } : record;
  }
}

const portRecord = (rows: Reader, row: PortRow): PortRecord => {
  const { id, networkId, projectId, deviceId, macAddress, fixedIps, vnicType } = row;
  const resourceGroups = portResourceGroups(rows, row);
  const network = networkTable.read(rows, networkId);
  const uplink = uplinkOf(network);
  return {
    id,
    networkId,
    projectId,
    deviceId,
    macAddress,
    addresses: fixedIps.map(({ address }) => address),
    vnicType,
    physicalNetwork: network?.provider?.physicalNetwork ?? null,
    ...(uplink && { uplink }),
    ...(resourceGroups.length > 0 && { resourceGroups }),
  };
};

/** The catalog over the rows that a reader sees. */
export const createNetworkCatalog = (rows: Reader): NetworkCatalog => new RowCatalog(rows);
