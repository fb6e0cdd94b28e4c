import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Notification, startCloud } from '../../index.ts';
import { type Api, connectApi } from '../process/api.ts';
import { valueAt } from '../process/json.ts';
import { until } from '../process/until.ts';
import { temporaryFolder } from '../storage/temporary-folder.ts';

async function createServer(api: Api): Promise<string> {
  const flavors = await api.request('GET', '/compute/v2.1/flavors');
  const images = await api.request('GET', '/image/v2/images');
  const server = {
    name: 'told',
    flavorRef: valueAt(flavors.body, 'flavors', '0', 'id'),
    imageRef: valueAt(images.body, 'images', '0', 'id'),
    networks: 'none',
  };
  const made = await api.request('POST', '/compute/v2.1/servers', { server });
  assert.equal(made.status, 202, JSON.stringify(made.body));
  return String(valueAt(made.body, 'server', 'id'));
}

/** Waits until something holds; a loaded machine is slow. */
const eventually = (what: string, holds: () => boolean): Promise<true> =>
  until(what, () => (holds() ? true : null), { limitMs: 120_000 });

/** The types in the lines that are whole; the last one may be on its way. */
function typesIn(file: string): readonly string[] {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [''];
  const types: readonly string[] = lines.slice(0, -1).map((line) => JSON.parse(line).event_type);
  return types.filter(isOfInstance);
}

/** Hosts are told, too. */
const isOfInstance = (type: string): boolean => type.startsWith('instance.');

test('a program hears what happens to its instances, what it could not handle again, and a file has it, too', async (t) => {
  const folder = temporaryFolder();
  t.after(() => folder.remove());
  const file = join(folder.path, 'told.jsonl');
  const stateDir = join(folder.path, 'state');
  const settings = {
    stateDir,
    listen: '127.0.0.1:0',
    driver: 'sim',
    logLevel: 'silent',
    notifications: { file },
  } as const;
  const deaf: Notification[] = [];
  const first = await startCloud(settings, {}, [], (notification) => {
    if (!isOfInstance(notification.eventType)) return;
    deaf.push(notification);
    throw new Error('not now');
  });
  t.after(() => first.stop());
  const id = await createServer(await connectApi(first.url, stateDir));
  const created = ['instance.create.start', 'instance.create.end'];
  await eventually('the file has both', () => typesIn(file).length >= 2 && deaf.length > 0);
  await first.stop();
  assert.deepEqual(typesIn(file).slice(0, 2), created);
  const heard: Notification[] = [];
  const second = await startCloud(settings, {}, [], async (notification) => {
    if (isOfInstance(notification.eventType)) heard.push(notification);
  });
  t.after(() => second.stop());
  await eventually('the program hears both', () => heard.length >= 2);
  assert.deepEqual(
    heard.map(({ eventType }) => eventType),
    created,
  );
  assert.equal(heard[0]?.messageId, deaf[0]?.messageId);
  const api = await connectApi(second.url, stateDir);
  await api.request('DELETE', `/compute/v2.1/servers/${id}`);
  await eventually('the program hears of the end', () => heard.at(-1)?.eventType === 'instance.delete.end');
  assert.equal(new Set(heard.map(({ messageId }) => messageId)).size, heard.length);
});
