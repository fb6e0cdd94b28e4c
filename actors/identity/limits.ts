/** Limits of the identity service, each with its unit and its consequence. Lengths of text are in UTF-16 units. */
export const IDENTITY_LIMITS = {
  /** How long a client function waits for the actor. Beyond it the caller gets AskTimedOut. */
  askMs: 30_000,
  /** Longest name of a project or a domain. Keystone: 64. */
  projectNameMax: 64,
  /** Longest name of a user, a role or an application credential. Keystone: 255. */
  nameMax: 255,
  /** Longest description. A project's or a user's row stays small, since each validation of a token reads it. */
  descriptionMax: 4_096,
  /** Tags of a project, and the longest. Keystone: 80 of 255. */
  tagsMax: 80,
  tagMax: 255,
  /** Application credentials of one user. Keystone has no limit by default. */
  applicationCredentialsMax: 100,
  /** Revocations that have run out and are removed with each new one: the table stays as small as what is in force. */
  expiredRevocationsPerSweep: 100,
} as const;
