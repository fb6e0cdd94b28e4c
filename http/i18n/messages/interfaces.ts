/** Interfaces and consoles of servers, and what is told of requests as such: keys, limits, documents. */
export const INTERFACES_MESSAGES = [
  'Failed to claim PCI device for {instanceId} during interface attach',
  'There is no such microversion.',
  'This request was rate-limited.',
  'Idempotency-Key must be 1 to 255 printable ASCII characters.',
  'Idempotency-Key was used for another request.',
  'A request with this Idempotency-Key is under way.',
  'Security group {name} is not associated with the instance {instanceId}',
  'Network requires port_security_enabled and subnet associated in order to apply security groups.',
  "Instance {instanceId} doesn't have fixed IP '{address}'.",
  'floating IP not found',
  'Must not input both network_id and port_id',
  'Must input network_id when request IP address',
  'No network found for the interface.',
  'Attaching interfaces is not supported for instance {instanceId}. {reason}',
  'Failed to attach network adapter device to {instanceId}',
  'Maximum number of ports exceeded',
  'Unavailable console type {type}.',
  'Share {shareId} could not be found.',
  'Feature not supported until computes have been upgraded.',
  'printable characters except :, with at least one non space character',
] as const;
export type InterfacesMessage = (typeof INTERFACES_MESSAGES)[number];
