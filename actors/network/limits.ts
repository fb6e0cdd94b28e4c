/** Bounds of the network service. They protect the controller from one project; none is meant to be felt. */
export const NETWORK_LIMITS = {
  /** Networks that a project owns. */
  networksPerProjectMax: 1000,
  subnetsPerNetworkMax: 64,
  /**
   * Ports that a project has made itself; those that compute makes are bounded by the instances. With five addresses each they leave
   * most of a /16 to others. Neutron's quota is 500 by default, and can be raised there.
   */
  portsPerProjectMax: 2_000,
  /** Addresses that are named for a port; SLAAC may add others. Neutron: max_fixed_ips_per_port. */
  fixedIpsPerPortMax: 5,
  routersPerProjectMax: 100,
  qosPoliciesPerProjectMax: 100,
  floatingIpsPerProjectMax: 1000,
  securityGroupsPerProjectMax: 1000,
  rulesPerSecurityGroupMax: 1000,
} as const;
