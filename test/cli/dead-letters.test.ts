import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { controlApp } from '../../composition/control-app.ts';
import { serveControl } from '../../composition/control-server.ts';
import { realClock } from '../../runtime/clock.ts';
import { openStore } from '../../storage/open-store.ts';
import { failingShard } from '../composition/failing-shard.ts';
import { until } from '../process/until.ts';
import { temporaryFolder } from '../storage/temporary-folder.ts';

const folder = temporaryFolder();
after(() => folder.remove());

const SOON = { limitMs: 60_000, everyMs: 10 };
const HOSTILE = 'x\u001b[2J\u009bz';

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs "novella dead-letters" in a process of its own, while this one goes on. */
const run = (stateDir: string, ...args: readonly string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    const command = ['--import', 'tsx', 'cli/novella.ts', 'dead-letters', ...args, '--state-dir', stateDir];
    execFile(process.execPath, command, { encoding: 'utf8' }, (error, stdout, stderr) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });

/** A shard with a dead letter, in a state directory. */
async function withDeadLetter(name: string) {
  const stateDir = join(folder.path, name);
  mkdirSync(stateDir, { mode: 0o700 });
  const failing = failingShard(await openStore(join(stateDir, 'cell1.mdb'), 'relaxed'));
  failing.tell('a', { type: HOSTILE });
  await until('a dead letter', () => (failing.shard.stats().deadLetters === 1 ? true : null), SOON);
  return { stateDir, failing };
}

test('without a cloud letters are read from the files, escaped, and are not changed', async () => {
  const { stateDir, failing } = await withDeadLetter('offline');
  await failing.stop();
  const listed = await run(stateDir, 'list');
  assert.equal(listed.status, 0, listed.stderr);
  const [head = '', line = '', ...more] = listed.stdout.split('\n');
  assert.match(head, /^NAME +AT +ACTOR +MESSAGE +TRIED +REASON$/);
  assert.deepEqual(more, ['']);
  assert.match(line, /fuse\/a +x\\u\{1b\}\[2J\\u\{9b\}z +1 +the fuse is \\u\{1b\}\[31mblown$/);
  const [name = ''] = line.split(' ');
  const shown = await run(stateDir, 'show', name);
  assert.match(shown.stdout, /"type": "x\\u001b\[2J\\u009bz"/);
  assert.doesNotMatch((listed.stdout + shown.stdout).replaceAll('\n', ''), /\p{Cc}/u);
  const json: unknown = JSON.parse((await run(stateDir, 'show', name, '--format', 'json')).stdout);
  assert.ok(typeof json === 'object' && json !== null && 'message' in json);
  assert.deepEqual(json.message, { type: HOSTILE });
  for (const command of ['retry', 'drop']) {
    const refused = await run(stateDir, command, name);
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /^novella: No cloud runs on .+novella serve/);
  }
  assert.equal((await run(stateDir, 'list')).stdout, listed.stdout);
});

test('letters of the running cloud are retried and dropped', async () => {
  const { stateDir, failing } = await withDeadLetter('online');
  const app = controlApp({
    clock: realClock,
    shards: () => [failing.seen],
    threads: () => null,
    shardOf: () => 'cell1',
    report: async (reason) => ({ reason, at: '', sections: [] }),
    log: { level: 'info' },
    notice: () => {},
  });
  const server = await serveControl(app, stateDir);
  const [, line = ''] = (await run(stateDir, 'list')).stdout.split('\n');
  const [name = ''] = line.split(' ');
  failing.fuse.isBlown = false;
  assert.deepEqual(await run(stateDir, 'retry', name), {
    status: 0,
    stdout: `${name} is in its actor's mailbox again.\n`,
    stderr: '',
  });
  await until('the message', () => (failing.fuse.taken.length === 1 ? true : null), SOON);
  assert.equal((await run(stateDir)).stdout, 'There are no dead letters.\n');
  const gone = await run(stateDir, 'drop', name);
  assert.deepEqual([gone.status, gone.stderr], [2, `novella: ${name} is not changed: There is no such dead letter.\n`]);
  await server.close();
  await failing.stop();
});

test('words that make no sense are refused with a line', async () => {
  const nowhere = join(folder.path, 'offline');
  for (const [words, reason] of [
    [['burn'], /There is no command "dead-letters burn"/],
    [['show'], /"show" needs the name/],
    [['drop', '../../x'], /"\.\.\/\.\.\/x" is no name of a dead letter/],
    [['list', '--format', 'xml'], /--format is text or json/],
  ] as const) {
    const { status, stderr } = await run(nowhere, ...words);
    assert.equal(status, 2);
    assert.match(stderr, reason);
    assert.equal(stderr.split('\n').length, 2);
  }
  assert.match((await run(join(folder.path, 'missing'))).stderr, /^novella: There is no state directory .+missing\n$/);
});
