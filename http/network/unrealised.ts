import { NETWORK_LIMITS } from '../../actors/network/client.ts';
import { type Answer, fault } from './faults.ts';

/** A collection that clients ask for, though this host has none of it: its list is empty, and making one is refused. */
export interface Unrealised {
  readonly path: string;
  readonly plural: string;
  readonly singular: string;
  readonly reason: string;
}

/** What there is none of, and why. */
export const UNREALISED: readonly Unrealised[] = [
  { path: 'subnetpools', plural: 'subnetpools', singular: 'subnetpool', reason: 'name the range of a subnet itself' },
  { path: 'address-scopes', plural: 'address_scopes', singular: 'address_scope', reason: 'there are no subnet pools' },
  { path: 'agents', plural: 'agents', singular: 'agent', reason: 'the network service is part of the controller' },
  { path: 'trunks', plural: 'trunks', singular: 'trunk', reason: 'this host has no trunk ports' },
  {
    path: 'rbac-policies',
    plural: 'rbac_policies',
    singular: 'rbac_policy',
    reason: 'share a network with all projects instead',
  },
];

/** The answer to making one. */
export const notRealised = ({ singular, reason }: Unrealised): Answer =>
  fault(400, 'NotRealisedByThisHost', `A ${singular} cannot be made: ${reason}.`);

export const noSuch = ({ singular }: Unrealised, id: string): Answer =>
  fault(404, 'HTTPNotFound', `The ${singular} ${id.slice(0, 255)} could not be found.`);

/** A router where the hosts' driver does not route. */
export const NO_ROUTERS: Answer = notRealised({
  path: 'routers',
  plural: 'routers',
  singular: 'router',
  reason: 'this host does not route between networks',
});

const zoneOf = (resource: string) => ({ name: 'nova', resource, state: 'available' });

/** The one availability zone, for networks and, where there are any, routers. */
export const availabilityZones = (routed: boolean) => [zoneOf('network'), ...(routed ? [zoneOf('router')] : [])];

/** Limits of a project; -1 is unlimited, 0 is never. Ports that compute makes do not count. */
export const quotaOf = (routed: boolean) => ({
  network: NETWORK_LIMITS.networksPerProjectMax,
  subnet: -1,
  port: NETWORK_LIMITS.portsPerProjectMax,
  security_group: NETWORK_LIMITS.securityGroupsPerProjectMax,
  security_group_rule: -1,
  router: routed ? NETWORK_LIMITS.routersPerProjectMax : 0,
  floatingip: routed ? NETWORK_LIMITS.floatingIpsPerProjectMax : 0,
  subnetpool: 0,
  rbac_policy: 0,
  trunk: 0,
});

const extension = (alias: string, name: string, description: string) => ({
  alias,
  name,
  description,
  updated: '2026-01-01T00:00:00-00:00',
  links: [],
});

/** Those that work whatever the hosts are. */
const EXTENSIONS = [
  extension('security-group', 'security-group', 'Security groups and their rules, as records.'),
  extension('standard-attr-description', 'standard-attr-description', 'Resources have a description.'),
  extension('standard-attr-timestamp', 'Resource timestamps', 'Resources tell when they were made and changed.'),
  extension('standard-attr-revisions', 'Resource revision numbers', 'Resources count their changes.'),
  extension('standard-attr-tag', 'Tag support for resources', 'Resources have tags.'),
  extension('project-id', 'project_id field enabled', 'Resources name their project as project_id too.'),
  extension('net-mtu', 'Network MTU', 'Networks have an MTU.'),
  extension('net-mtu-writable', 'Network MTU (writable)', 'The MTU of a network can be chosen.'),
  extension('provider', 'Provider Network', 'Administrators say where networks are outside of hosts.'),
  extension('availability_zone', 'Availability Zone', 'Networks name their availability zones.'),
  extension('qos', 'Quality of Service', 'Policies that guarantee bandwidth and packet rates to ports.'),
  extension('qos-default', 'QoS default policy', 'A project has a policy for its new networks.'),
  extension('qos-bw-minimum-ingress', 'Ingress direction for QoS minimum bandwidth rule', 'Of both directions.'),
  extension('qos-pps-minimum', 'QoS minimum packet rate rule', 'Policies guarantee packet rates.'),
  extension('qos-rule-type-details', 'Details of QoS rule types', 'Who sees to rules of a type.'),
  extension('qos-rule-type-filter', 'Filter of QoS rule types', 'All types, or those that can be made.'),
  extension('qos-port-network-policy', 'QoS port network policy ID', "Ports tell their network's policy."),
  extension('port-resource-request', 'Port Resource Request', 'Ports tell what they ask of hosts.'),
  extension('port-resource-request-groups', 'Port Resource Request Groups', 'They ask several providers.'),
  extension('pagination', 'Pagination support', 'Lists come in pages.'),
  extension('sorting', 'Sorting support', 'Lists can be sorted.'),
  extension('filter-validation', 'Filter parameters validation', 'Unknown filters are refused.'),
];

/** Those that need hosts that are routed. */
const ROUTED_EXTENSIONS = [
  extension('router', 'Neutron L3 Router', 'Routers, their gateways and interfaces, and floating IPs.'),
  extension('external-net', 'Neutron external network', 'Networks can be external.'),
  extension('ext-gw-mode', 'Neutron L3 Configurable external gateway mode', 'Gateways with and without SNAT.'),
  extension('fip-port-details', 'Floating IP Port Details Extension', 'Floating IPs tell of the port they lead to.'),
  extension('auto-allocated-topology', 'Auto Allocated Topology Services', 'A network is made for a project.'),
];

/** The extensions of Neutron's API whose attributes and calls really work here. */
export const extensionsOf = (routed: boolean) => (routed ? [...EXTENSIONS, ...ROUTED_EXTENSIONS] : EXTENSIONS);
