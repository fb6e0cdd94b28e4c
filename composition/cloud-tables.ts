import { allocations, providerClaims } from '../actors/cell/row.ts';
import { hostMappings, instanceMappings } from '../actors/cell-mapping/row.ts';
import { hosts } from '../actors/host/row.ts';
import { applicationCredentials, assignments, projects, revocations, roles, users } from '../actors/identity/row.ts';
import { imageMembers, images } from '../actors/image/row.ts';
import { migrations } from '../actors/instance/migrations/row.ts';
import { instances } from '../actors/instance/row.ts';
import {
  floatingIpTable,
  networkTable,
  portTable,
  qosPolicyTable,
  routerTable,
  securityGroupRuleTable,
  securityGroupTable,
  subnetTable,
} from '../actors/network/row.ts';
import { consumers, providerAllocations, providers } from '../actors/placement/row.ts';
import { aggregates, flavors, serverGroups } from '../actors/registry/row.ts';
import { volumeAttachments, volumeSnapshots, volumes } from '../actors/volume/row.ts';
import type { IndexedTable } from '../runtime/store.ts';

/** The tables of the cloud that have indexes, in the order of their folders. A test compares them with the actors' row modules. */
export const INDEXED_TABLES: readonly IndexedTable[] = [
  hostMappings,
  instanceMappings,
  allocations,
  providerClaims,
  hosts,
  applicationCredentials,
  assignments,
  projects,
  revocations,
  roles,
  users,
  imageMembers,
  images,
  migrations,
  instances,
  floatingIpTable,
  networkTable,
  portTable,
  qosPolicyTable,
  routerTable,
  securityGroupRuleTable,
  securityGroupTable,
  subnetTable,
  consumers,
  providerAllocations,
  providers,
  aggregates,
  flavors,
  serverGroups,
  volumeAttachments,
  volumeSnapshots,
  volumes,
];
