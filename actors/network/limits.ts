/** Bounds of the network service. They protect the controller from one project; none is meant to be felt. */
export const NETWORK_LIMITS = {
  /** Networks that a project owns. */
  networksPerProjectMax: 1000,
  subnetsPerNetworkMax: 64,
  /** Ports that a project has made itself. Those that compute makes are bounded by the instances. */
  portsPerProjectMax: 10_000,
  routersPerProjectMax: 100,
  qosPoliciesPerProjectMax: 100,
  floatingIpsPerProjectMax: 1000,
  securityGroupsPerProjectMax: 1000,
  rulesPerSecurityGroupMax: 1000,
} as const;
