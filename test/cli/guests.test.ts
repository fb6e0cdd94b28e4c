import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const stateDir = mkdtempSync(join(tmpdir(), 'novella-guests-'));
after(() => rmSync(stateDir, { recursive: true, force: true }));

const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'cli/novella.ts', 'guests', ...args], { encoding: 'utf8' });

test('a state directory without guests lists none', () => {
  const { status, stdout } = run('--state-dir', stateDir);
  assert.deepEqual({ status, stdout }, { status: 0, stdout: '' });
});

test('a guest without a process is listed as stopped, and what is no guest is not listed', () => {
  const id = '01a200ff-303b-7387-9b4d-88a77f24a218';
  const guests = join(stateDir, 'qemu', 'guests');
  mkdirSync(join(guests, id), { recursive: true });
  mkdirSync(join(guests, 'lost+found'));
  const record = { version: 1, instanceId: id, accelerator: 'tcg', sshPort: 2222, rebootOrderId: null, ending: null };
  writeFileSync(join(guests, id, 'guest.json'), JSON.stringify(record));
  const { status, stdout } = run('--state-dir', stateDir);
  assert.deepEqual({ status, stdout }, { status: 0, stdout: `${id}  stopped\n` });
});

test('an unknown flag is refused with a line that names it', () => {
  const { status, stderr } = run('--port', '22');
  assert.equal(status, 2);
  assert.match(stderr, /^novella: Unknown option '--port'/);
});
