import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { shardFile } from '../../composition/shard-settings.ts';
import { encodeRow } from '../../storage/codec.ts';
import { openEnvironment } from '../../storage/lmdb-environment.ts';
import { connectApi } from '../process/api.ts';
import { Installation } from '../process/installation.ts';

/** Far more than it takes, and far less than a request that never ends. */
const STOP_LIMIT_MS = 10_000;

/** A connection on which a request was begun whose body never ends; the server has read its head. */
async function unfinishedRequest(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  const fields = ['Host: x', 'Content-Type: application/json', 'Content-Length: 100', 'Expect: 100-continue'];
  socket.write(`POST /identity/v3/auth/tokens HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`);
  const [answer] = await once(socket, 'data');
  assert.match(String(answer), /^HTTP\/1\.1 100 /);
  return socket;
}

describe('novella serve', () => {
  let installation: Installation;
  before(() => {
    installation = new Installation();
  });
  after(() => installation.remove());

  const inFolder = (name: string): string => join(installation.path, name);
  const serve = (stateDir: string, ...flags: string[]) =>
    installation.serve('--state-dir', stateDir, '--log-level', 'warn', ...flags);

  /** Checks that it ends with status 2 after one line that matches, and has printed nothing else. */
  async function refused(stateDir: string, flags: readonly string[], reason: RegExp): Promise<void> {
    const controller = serve(stateDir, ...flags);
    assert.deepEqual(await controller.ended, { status: 2, signal: null }, controller.output().stderr);
    const { stdout, stderr } = controller.output();
    assert.equal(stdout, '');
    assert.match(stderr, /^novella: [^\n]+\n$/);
    assert.match(stderr, reason);
  }

  /** Checks a refusal that is known before anything is made. */
  async function refusedAtOnce(name: string, flags: readonly string[], reason: RegExp): Promise<void> {
    await refused(inFolder(name), flags, reason);
    assert.equal(existsSync(inFolder(name)), false);
  }

  /** Writes a configuration file and checks that it is refused. */
  async function configRefused(text: string, reason: RegExp): Promise<void> {
    const file = inFolder('config.yaml');
    writeFileSync(file, text);
    await refusedAtOnce('configured', ['--config', file], reason);
  }

  test('refuses an unknown flag and names it', () => refusedAtOnce('flag', ['--colour', 'red'], /--colour/));

  test('refuses a flag without its value', () => refusedAtOnce('flag', ['--config'], /--config/));

  test('refuses flags with values that cannot be, and names the setting', async () => {
    await refusedAtOnce('flag', ['--driver', 'xen'], /driver: .*"xen"/);
    await refusedAtOnce('flag', ['--hosts', 'many'], /hosts: /);
    await refusedAtOnce('flag', ['--hosts', '0'], /hosts: /);
    await refusedAtOnce('flag', ['--durability', 'none'], /durability: /);
    await refusedAtOnce('flag', ['--listen', '8774'], /listen: expected HOST:PORT/);
    await refusedAtOnce('flag', ['--listen', '127.0.0.1:70000'], /listen/);
  });

  test('refuses a configuration file that is missing or is no YAML', async () => {
    await refusedAtOnce('configured', ['--config', inFolder('nowhere.yaml')], /nowhere\.yaml cannot be read/);
    await configRefused('hosts: [1\nlisten: {', /config\.yaml cannot be read/);
    await configRefused('- hosts\n', /config\.yaml must hold names with values/);
  });

  test('refuses unknown names and wrong values in the configuration file, and names each of them', async () => {
    await configRefused('hots: 4\n', /hots: there is no such setting/);
    await configRefused('hosts: four\n', /hosts: /);
    await configRefused('quota: { instances: 1.5 }\n', /quota\.instances: /);
    await configRefused('sim: { cpus: 4, vcpus: -1 }\nqemu: { accel: fast }\n', /sim\.vcpus: .*qemu\.accel: /);
    await configRefused('sim: { cpus: 4 }\n', /sim\.cpus: there is no such setting/);
  });

  test('refuses a port that is in use, and leaves no process, lock or listener behind', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const address = taken.address();
    assert.ok(typeof address === 'object' && address !== null);
    const listen = `127.0.0.1:${address.port}`;
    await refused(inFolder('taken'), ['--listen', listen], new RegExp(`${listen}: the port is in use`));
    await new Promise((resolve) => taken.close(resolve));
    const controller = serve(inFolder('taken'), '--listen', listen);
    assert.equal(await controller.ready, `http://${listen}`);
    await controller.stop();
  });

  test('refuses a state directory that a running process uses, which goes on', async () => {
    const stateDir = inFolder('used');
    const first = serve(stateDir);
    const url = await first.ready;
    await refused(stateDir, [], /in use by another running Novella/);
    const api = await connectApi(url, stateDir);
    assert.equal((await api.request('GET', '/compute/v2.1/servers')).status, 200);
    await first.kill();
    const second = serve(stateDir);
    await second.ready;
    await second.stop();
  });

  test('refuses a state directory of another schema, and changes nothing in it', async () => {
    const stateDir = inFolder('newer');
    const environment = openEnvironment(shardFile(stateDir), 'sync');
    await environment.put('m/schema', encodeRow('m/schema', 999, 0));
    await environment.close();
    await refused(stateDir, [], /schema version 999; this program reads version \d+ and older/);
    const again = openEnvironment(shardFile(stateDir), 'sync');
    assert.deepEqual([...again.getKeys()], ['m/schema']);
    await again.close();
  });

  test('refuses a damaged store with its path and what is wrong, and changes nothing in it', async () => {
    const stateDir = inFolder('damaged');
    mkdirSync(stateDir);
    const garbage = Buffer.alloc(20_000, 'garbage');
    writeFileSync(shardFile(stateDir), garbage);
    await refused(stateDir, [], /cell1\.mdb is damaged or no store: /);
    assert.deepEqual(readFileSync(shardFile(stateDir)), garbage);
  });

  test('refuses data that is not its own, whatever else is in the environment', async () => {
    const stateDir = inFolder('foreign');
    const environment = openEnvironment(shardFile(stateDir), 'sync');
    await environment.put('something', Buffer.from('else'));
    await environment.close();
    await refused(stateDir, [], /holds data, but none of Novella's/);
  });

  test('refuses a state directory that is a file, or lies below one', async () => {
    writeFileSync(inFolder('file'), 'kept');
    await refused(inFolder('file'), [], /state directory .*file/);
    await refused(join(inFolder('file'), 'below'), [], /state directory .*below cannot be made/);
  });

  test('refuses a state directory of another user, and writes nothing into it', {
    skip: process.getuid?.() === 0 ? false : 'only root can give a directory to another user',
  }, async () => {
    const stateDir = inFolder('others');
    mkdirSync(stateDir);
    chownSync(stateDir, 65_534, 65_534);
    await refused(stateDir, [], /belongs to the user with id 65534, and this process runs as 0/);
    assert.deepEqual(readdirSync(stateDir), []);
  });

  test(`stops cleanly on SIGTERM also while a request never ends, and its state can be opened again`, async () => {
    const stateDir = inFolder('stopped');
    const first = serve(stateDir);
    const api = await connectApi(await first.ready, stateDir);
    const flavor = { flavor: { name: 'kept', ram: 64, vcpus: 1, disk: 1, id: 'kept' } };
    assert.equal((await api.request('POST', '/compute/v2.1/flavors', flavor)).status, 200);
    const upload = await unfinishedRequest(await first.ready);
    const beganMs = performance.now();
    assert.deepEqual(await first.stop(), { status: 0, signal: null });
    assert.ok(performance.now() - beganMs < STOP_LIMIT_MS, `it took ${performance.now() - beganMs} ms`);
    upload.destroy();
    const second = serve(stateDir);
    const again = await connectApi(await second.ready, stateDir);
    assert.equal((await again.request('GET', '/compute/v2.1/flavors/kept')).status, 200);
    assert.equal((await second.stop()).status, 0);
  });
});
