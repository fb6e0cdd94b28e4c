import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Document, isMap, parseDocument } from 'yaml';
import { DEFAULT_REGION } from './catalog/catalog.ts';

/** The administrator's password, and whether it is new: then it is not in a file yet. */
export interface AdminCredentials {
  readonly password: string;
  readonly created: boolean;
}

/** What the files say. */
export interface AdminFiles {
  readonly password: string;
  /** Address of the identity service: `http://127.0.0.1:8774/identity`. */
  readonly authUrl: string;
}

/** Files of the state directory, readable by its owner only. */
const ADMIN_PASSWORD_FILE = 'admin-password';
const CLOUDS_FILE = 'clouds.yaml';
/** The name of the cloud in clouds.yaml: `openstack --os-cloud novella`. */
const CLOUD_NAME = 'novella';

const PASSWORD_BYTES = 24;
const OWNER_ONLY = 0o600;
const FILE_BYTES_MAX = 1_048_576;

/**
 * The password of the state directory, or a new one when it has none. Writes nothing: the order of a first start is
 * this, `ensureDefaults` with `resetAdmin: created`, then `saveAdminCredentials`; a crash in between makes a new
 * password at the next start. Deleting the file is thus how an administrator that lost the password gets a new one.
 */
export async function prepareAdminCredentials(stateDirectory: string): Promise<AdminCredentials> {
  const text = await textOf(join(stateDirectory, ADMIN_PASSWORD_FILE));
  const password = text?.trim() ?? '';
  if (password !== '') return { password, created: false };
  return { password: randomBytes(PASSWORD_BYTES).toString('base64url'), created: true };
}

/**
 * Writes the password, and clouds.yaml for OpenStack's clients. Files that say it already stay as they are. Of an
 * existing clouds.yaml other clouds, comments and what the operator changed are kept; only the address is refreshed.
 */
export async function saveAdminCredentials(stateDirectory: string, { password, authUrl }: AdminFiles): Promise<void> {
  await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
  const passwordPath = join(stateDirectory, ADMIN_PASSWORD_FILE);
  const isNew = (await textOf(passwordPath))?.trim() !== password;
  const cloudsPath = join(stateDirectory, CLOUDS_FILE);
  const before = await textOf(cloudsPath);
  const after = cloudsText(before, { password, authUrl }, isNew);
  if (after !== before) await replaceFile(stateDirectory, CLOUDS_FILE, after);
  // Last, since its presence says that all of this has been done.
  if (isNew) await replaceFile(stateDirectory, ADMIN_PASSWORD_FILE, `${password}\n`);
}

/** clouds.yaml as it should be: see the configuration of openstacksdk. */
function cloudsText(before: string | null, { password, authUrl }: AdminFiles, passwordIsNew: boolean): string {
  const document = before === null ? null : parseDocument(before);
  if (document === null || document.errors.length > 0 || !isMap(document.getIn(['clouds', CLOUD_NAME, 'auth']))) {
    return freshClouds(document, { password, authUrl });
  }
  const auth = ['clouds', CLOUD_NAME, 'auth'];
  if (document.getIn([...auth, 'auth_url']) === authUrl && !passwordIsNew) return before ?? '';
  document.setIn([...auth, 'auth_url'], authUrl);
  if (passwordIsNew) document.setIn([...auth, 'password'], password);
  return document.toString();
}

function freshClouds(before: Document | null, { password, authUrl }: AdminFiles): string {
  const cloud = {
    auth: {
      auth_url: authUrl,
      username: 'admin',
      password,
      project_name: 'admin',
      user_domain_name: 'Default',
      project_domain_name: 'Default',
    },
    region_name: DEFAULT_REGION,
    identity_api_version: 3,
    interface: 'public',
  };
  // Other clouds of a file that can be read stay.
  const keep = before !== null && before.errors.length === 0 && isMap(before.getIn(['clouds']));
  const document = keep ? before : parseDocument('clouds: {}');
  document.setIn(['clouds', CLOUD_NAME], document.createNode(cloud));
  const clouds = document.getIn(['clouds']);
  if (isMap(clouds)) clouds.flow = false;
  return document.toString();
}

async function textOf(path: string): Promise<string | null> {
  try {
    const text = await readFile(path, 'utf8');
    if (text.length > FILE_BYTES_MAX) throw new Error(`${path} is too large to be ours.`);
    return text;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Replaces a file at once and durably: after a power cut it is the old or the new one. */
async function replaceFile(directory: string, name: string, text: string): Promise<void> {
  const temporary = join(directory, `.${name}.${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(temporary, 'wx', OWNER_ONLY);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(directory, name));
    await syncDirectory(directory);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
