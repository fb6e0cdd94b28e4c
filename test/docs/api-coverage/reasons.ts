/** Why an operation does not pass, by what its name matches. Nova answers the same where things are so. */
const REASONS: readonly (readonly [operation: RegExp, why: string])[] = [
  [/assisted-volume-snapshots/, 'No volume here is snapshotted by its host.'],
  [/baremetal-nodes/, 'There is no bare metal service; changing nodes was never possible.'],
  [/console/i, 'No driver offers consoles over the network.'],
  [/os-hosts\/\{id\}\//, 'No driver powers hosts.'],
  [/usage_audit_log/, "Nova's own schema wants UUIDs as names of hosts, which no cloud has."],
  [/^DELETE \/os-services/, 'The controller drives the host, and guests run there.'],
  [/^PUT .*os-volume_attachments/, 'A swap is for volumes that the volume service migrates.'],
  [/\/shares/, 'No driver shares files with guests.'],
];

/** Why an operation does not pass; null: nobody has said. */
export const reasonOf = (operation: string): string | null =>
  REASONS.find(([pattern]) => pattern.test(operation))?.[1] ?? null;
