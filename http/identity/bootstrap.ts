import { ensureIdentityDefaults, type IdentityOutcome, type IdentitySystem } from '../../actors/identity/client.ts';
import { identityRevision } from '../../actors/identity/row.ts';
import { ok } from '../../runtime/result.ts';
import type { Reader } from '../../runtime/store.ts';
import { prepareAdminCredentials, saveAdminCredentials } from './credentials.ts';
import type { Passwords, PasswordsBusy } from './passwords.ts';

/** What a start needs to make the identity service usable. */
export interface BootstrapOptions {
  readonly system: IdentitySystem;
  readonly reader: Reader;
  readonly passwords: Passwords;
  readonly stateDirectory: string;
  /** Address of the identity service as clients reach it: `http://127.0.0.1:8774/identity`. */
  readonly authUrl: string;
}

/** What was done. */
export interface Bootstrapped {
  /** Whether the administrator has a new password, which is in the file now. */
  readonly passwordIsNew: boolean;
}

/**
 * Makes the defaults of a first start and the administrator's files; at later starts only refreshes the address in
 * clouds.yaml. Safe to repeat, and to be interrupted anywhere. Errors: as `ensureIdentityDefaults`, PasswordsBusy; throws
 * when the files cannot be read or written.
 */
export async function bootstrapIdentity(
  options: BootstrapOptions,
): Promise<IdentityOutcome<Bootstrapped> | { readonly ok: false; readonly error: PasswordsBusy }> {
  const { system, reader, passwords, stateDirectory, authUrl } = options;
  const { password, created } = await prepareAdminCredentials(stateDirectory);
  if (created || identityRevision(reader) === 0) {
    const hash = await passwords.hash(password);
    if (!hash.ok) return hash;
    const made = await ensureIdentityDefaults(system, { adminPasswordHash: hash.value, resetAdmin: created });
    if (!made.ok) return made;
  }
  await saveAdminCredentials(stateDirectory, { password, authUrl });
  return ok({ passwordIsNew: created });
}
