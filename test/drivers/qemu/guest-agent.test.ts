import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { freeze, setPassword, thaw } from '../../../drivers/qemu/guest-agent.ts';
import { codeOf, until } from '../conformance.ts';

const signal = new AbortController().signal;
let directory = '';
let server: Server | null = null;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'novella-agent-'));
});
after(async () => {
  server?.close();
  await rm(directory, { recursive: true, force: true });
});

const guest = () => ({ instanceId: '0b7d3d3c-25e0-4d6a-9a3c-0e7f3a1f2b4c', directory });

interface Asked {
  readonly execute: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

/** An agent that answers as `answer` says, and notes what it was asked. */
async function agent(answer: (asked: Asked) => string): Promise<readonly Asked[]> {
  await new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve())));
  await rm(join(directory, 'agent'), { force: true });
  const asked: Asked[] = [];
  server = createServer((socket) => {
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1').replaceAll('\u00ff', '');
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n')) {
        const one: Asked = JSON.parse(text.slice(0, end));
        text = text.slice(end + 1);
        asked.push(one);
        const told = answer(one);
        if (told !== '') socket.write(Buffer.from(`${told}\n`, 'latin1'));
      }
    });
  });
  await new Promise<void>((resolve) => server?.listen(join(directory, 'agent'), resolve));
  return asked;
}

const named = (asked: readonly Asked[]): readonly string[] => asked.map(({ execute }) => execute);

/** An agent that does what it is told, after what was left over from somebody else. */
const willing = ({ execute, arguments: args }: Asked): string =>
  execute === 'guest-sync-delimited' ? `{"return": 17}\n\u00ff{"return": ${args?.['id']}}` : '{"return": 1}';

test('a guest is frozen after it was thawed, and thawed', async () => {
  const asked = await agent(willing);
  assert.equal(codeOf(await freeze(guest(), signal)), 'none');
  assert.equal(codeOf(await thaw(guest())), 'none');
  assert.deepEqual(named(asked), [
    ...['guest-sync-delimited', 'guest-fsfreeze-thaw', 'guest-fsfreeze-freeze'],
    ...['guest-sync-delimited', 'guest-fsfreeze-thaw'],
  ]);
});

test('a guest that was told to freeze and does not say so in time is told to thaw: it may do it later', async () => {
  const abort = new AbortController();
  const asked = await agent((one) => {
    if (one.execute !== 'guest-fsfreeze-freeze') return willing(one);
    setImmediate(() => abort.abort());
    return '';
  });
  assert.equal(codeOf(await freeze(guest(), abort.signal)), 'HypervisorFailed');
  await until('it was told', () => asked.length === 4);
  assert.deepEqual(named(asked).slice(1), ['guest-fsfreeze-thaw', 'guest-fsfreeze-freeze', 'guest-fsfreeze-thaw']);
});

test('a password is set without being told to anybody else', async () => {
  const asked = await agent(willing);
  assert.equal(codeOf(await setPassword(guest(), 'geheim ü', signal)), 'none');
  const { username, password } = asked.at(-1)?.arguments ?? {};
  assert.deepEqual([username, Buffer.from(String(password), 'base64').toString()], ['root', 'geheim ü']);
});

test('an agent that refuses is told of, and its words are cut', async () => {
  await agent((asked) =>
    asked.execute === 'guest-sync-delimited'
      ? willing(asked)
      : `{"error": {"class": "GenericError", "desc": "${'x'.repeat(3000)}"}}`,
  );
  const refused = await freeze(guest(), signal);
  assert.equal(codeOf(refused), 'HypervisorFailed');
  assert.ok(JSON.stringify(refused).length < 700);
});

test('one that talks nonsense, more than it may, or nothing, is none', async () => {
  for (const answer of ['no json', '[]', '{"return": "17"}', `{"return": "${'x'.repeat(200_000)}"}`, '']) {
    const abort = new AbortController();
    await agent(() => {
      // What would be waited for is known not to come.
      setImmediate(() => abort.abort());
      return answer;
    });
    const refused = await freeze(guest(), abort.signal);
    assert.equal(codeOf(refused), 'Unsupported', answer.slice(0, 40));
  }
});

test('a guest without the serial port has none', async () => {
  await agent(willing);
  assert.equal(codeOf(await freeze({ ...guest(), directory: join(directory, '..') }, signal)), 'Unsupported');
});
