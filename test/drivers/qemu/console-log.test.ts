import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { lastLines } from '../../../drivers/console-lines.ts';
import { cutLogs, readConsole } from '../../../drivers/qemu/console-log.ts';
import { limits } from '../../../drivers/qemu/limits.ts';

for (const [text, lines, expected] of [
  ['', 3, ''],
  ['a\nb\nc\n', 2, 'c\n'],
  ['a\nb\nc', 2, 'b\nc'],
  ['a\nb\nc\n', 3, 'b\nc\n'],
  ['a\nb\nc\n', 4, 'a\nb\nc\n'],
  ['a\nb\nc\n', 99, 'a\nb\nc\n'],
  ['a\nb\n', 0, ''],
  ['a\nb\n', -1, ''],
  ['\n\n\n', 2, '\n'],
  ['\n', 1, ''],
  ['a\nb\n', null, 'a\nb\n'],
] as const) {
  test(`the last ${lines} lines of ${JSON.stringify(text)}`, () => assert.equal(lastLines(text, lines), expected));
}

async function inDirectory(body: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'novella-console-'));
  try {
    await body(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

test('a guest that has printed nothing has an empty console', () =>
  inDirectory(async (directory) => assert.equal(await readConsole(directory, null), '')));

test('no more than the limit is read of a long console, and bytes that are no UTF-8 are replaced', () =>
  inDirectory(async (directory) => {
    await writeFile(
      join(directory, 'console.log'),
      Buffer.concat([Buffer.alloc(3 * 1024 * 1024, 'x'), Buffer.from([0xff, 0x0a])]),
    );
    const text = await readConsole(directory, null);
    assert.equal(text.length, limits.consoleBytesMax);
    assert.ok(text.endsWith('x\ufffd\n'));
  }));

test('a log beyond its limit is cut, its end can still be read, and what comes later follows it', () =>
  inDirectory(async (directory) => {
    const log = join(directory, 'console.log');
    await writeFile(log, `${'old\n'.repeat(1_000)}last before\n`);
    await writeFile(join(directory, 'qemu.log'), 'w'.repeat(1_001));
    await cutLogs(directory, 1_000);
    assert.equal((await stat(log)).size, 0);
    assert.equal((await stat(join(directory, 'qemu.log'))).size, 0);
    await appendFile(log, 'first after\n');
    await cutLogs(directory, 1_000);
    assert.equal(await readConsole(directory, 3), 'last before\nfirst after\n');
  }));

test('a log whose end cannot be kept, as on a full disk, is cut all the same, and that is told', () =>
  inDirectory(async (directory) => {
    await mkdir(join(directory, 'console.previous.log.part'));
    const log = join(directory, 'console.log');
    await writeFile(log, 'x'.repeat(1_001));
    await assert.rejects(cutLogs(directory, 1_000), /EISDIR/);
    assert.equal((await stat(log)).size, 0);
  }));
