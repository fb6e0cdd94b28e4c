import { DEFAULT_DOMAIN_ID, projectNamed } from '../actors/identity/row.ts';
import { recoverUploads } from '../actors/image/client.ts';
import { ensureDefaultImage } from '../actors/image/default-image.ts';
import { ensureDefaultNetwork } from '../actors/network/client.ts';
import { changeRegistry } from '../actors/registry/client.ts';
import type { ImageStore } from '../drivers/images.ts';
import { bootstrapIdentity } from '../http/identity/bootstrap.ts';
import type { Passwords } from '../http/identity/passwords.ts';
import type { Reader } from '../runtime/store.ts';
import type { ActorSystem } from '../runtime/system.ts';
import { DEFAULT_FLAVORS } from './defaults.ts';
import { type ChosenDriver, routesHosts } from './driver-choice.ts';

/** What the first start needs. */
export interface FirstStartOptions {
  readonly system: ActorSystem;
  readonly reader: Reader;
  readonly passwords: Passwords;
  readonly imageStore: ImageStore;
  readonly driver: ChosenDriver;
  readonly stateDir: string;
  readonly url: string;
}

/**
 * Makes what a cloud has from its first start on: an administrator, projects, flavors, a network and, for simulated
 * hosts, an image. At later starts it changes nothing but the address in clouds.yaml. Safe to be interrupted anywhere.
 * Throws when one of them cannot be made.
 */
export async function ensureFirstStart(options: FirstStartOptions): Promise<void> {
  const { system, reader, passwords, imageStore, stateDir, url } = options;
  const authUrl = `${url}/identity`;
  needs('the administrator', await bootstrapIdentity({ system, reader, passwords, stateDirectory: stateDir, authUrl }));
  const admin = projectNamed(reader, DEFAULT_DOMAIN_ID, 'admin');
  needs('flavors', await changeRegistry(system, { type: 'ensureDefaults', flavors: DEFAULT_FLAVORS }));
  if (admin) needs('the network', await ensureDefaultNetwork(system, admin.id, routesHosts(options.driver)));
  needs('uploads', await recoverUploads(system));
  if (options.driver.name === 'sim') {
    needs('the image', await ensureDefaultImage(system, reader, imageStore, admin?.id ?? null));
  }
}

type Outcome = { readonly ok: true } | { readonly ok: false; readonly error: { readonly code: string } };

function needs(what: string, outcome: Outcome): void {
  if (!outcome.ok) throw new Error(`The first start could not make ${what}: ${outcome.error.code}.`);
}
