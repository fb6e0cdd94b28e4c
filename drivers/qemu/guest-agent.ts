import { existsSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import * as v from 'valibot';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { guestFile, withSocketPath } from './guest-files.ts';
import type { GuestIdentity } from './guest-process.ts';
import { limits } from './limits.ts';
import { createLineReader } from './line-reader.ts';
import { neverAborted, waitAtMost } from './waiting.ts';

// QEMU's guest agent (docs/interop/qemu-ga): one JSON object a line through a serial port. Whoever answers is inside the guest,
// so nothing of it is believed before it was checked, and nothing is waited for longer than the limits say.

/** A conversation with the agent in a guest. */
interface GuestAgent {
  /** `until` instead of the conversation's own signal. Errors: HypervisorFailed (the agent refuses, or talks nonsense), Unsupported (it does not answer). */
  execute(
    command: string,
    args: Readonly<Record<string, unknown>> | null,
    limitMs: number,
    until?: AbortSignal,
  ): Promise<DriverResult<unknown>>;
}

/** No agent: none is set up, or none answers. */
const noAgent = driverFailed({ code: 'Unsupported', capability: 'QEMU guest agent is not enabled' });

const answer = v.union([
  v.object({ return: v.unknown() }),
  v.object({ error: v.object({ desc: v.pipe(v.string(), v.maxLength(4096)) }) }),
]);

function parsed(line: string): v.InferOutput<typeof answer> | null {
  try {
    // A byte that is no text comes before the answer to a synchronisation, and ends what was left over of an earlier one.
    const read = v.safeParse(answer, JSON.parse(line.slice(Math.max(0, line.indexOf('{')))));
    return read.success ? read.output : null;
  } catch {
    return null;
  }
}

/** Speaks with the agent of a guest, if there is one that answers. The socket serves one at a time: orders come one by one. */
async function withAgent<T>(
  { directory }: GuestIdentity,
  signal: AbortSignal,
  use: (agent: GuestAgent) => Promise<DriverResult<T>>,
): Promise<DriverResult<T>> {
  const socket = await connected(directory);
  if (socket === null) return noAgent;
  const waiting: ((line: string) => void)[] = [];
  const lines = createLineReader(limits.agentLineBytesMax, (line) => waiting[0]?.(line));
  socket.on('data', (chunk) => {
    if (!lines.take(chunk)) socket.destroy();
  });
  /** Sends a line, and waits for one that `accept` makes something of. */
  const exchange = async <A>(
    text: string | Buffer,
    limitMs: number,
    accept: (line: string) => A | null,
    until = signal,
  ) => {
    const answered = new Promise<A>((resolve) => {
      waiting.unshift((line) => {
        const accepted = accept(line);
        if (accepted !== null) resolve(accepted);
      });
    });
    socket.write(text);
    const waited = await waitAtMost(answered, limitMs, until);
    waiting.shift();
    return waited.how === 'done' ? waited.value : null;
  };
  const agent: GuestAgent = {
    async execute(command, args, limitMs, until) {
      const order = JSON.stringify({ execute: command, ...(args === null ? {} : { arguments: args }) });
      const told = await exchange(`${order}\n`, limitMs, parsed, until);
      if (told === null)
        return driverFailed({ code: 'HypervisorFailed', reason: `the agent did not answer ${command}` });
      if ('return' in told) return driverOk(told.return);
      return driverFailed({ code: 'HypervisorFailed', reason: `the agent: ${told.error.desc.slice(0, 500)}` });
    },
  };
  try {
    const id = Math.trunc(performance.now() * 1000) % 1_000_000_000;
    const sync = JSON.stringify({ execute: 'guest-sync-delimited', arguments: { id } });
    const isIt = (line: string): true | null => {
      const told = parsed(line);
      return told !== null && 'return' in told && told.return === id ? true : null;
    };
    const text = Buffer.concat([Buffer.from([0xff]), Buffer.from(`${sync}\n`)]);
    return (await exchange(text, limits.agentSyncMs, isIt)) === null ? noAgent : await use(agent);
  } finally {
    socket.destroy();
  }
}

/** A connection to the socket of the agent's serial port; null: nobody listens there. */
async function connected(directory: string): Promise<Socket | null> {
  if (!existsSync(directory)) return null;
  return withSocketPath(
    directory,
    guestFile.agent,
    (path) =>
      new Promise((resolve) => {
        const socket = createConnection({ path });
        socket.once('connect', () => resolve(socket));
        socket.on('error', () => resolve(null));
      }),
  );
}

/**
 * Has the guest write everything to its disks, and nothing more until it is thawed. What froze it may have died before it
 * thawed it: so it is thawed first. Errors: Unsupported (no agent), HypervisorFailed.
 */
export const freeze = (guest: GuestIdentity, signal: AbortSignal): Promise<DriverResult<unknown>> =>
  withAgent(guest, signal, async (agent) => {
    await agent.execute('guest-fsfreeze-thaw', null, limits.agentCommandMs);
    const frozen = await agent.execute('guest-fsfreeze-freeze', null, limits.agentCommandMs);
    // It may freeze when nobody waits for it any more. What comes next it does next, so it does not stay frozen for ever.
    if (!frozen.ok) await agent.execute('guest-fsfreeze-thaw', null, limits.agentSyncMs, neverAborted);
    return frozen;
  });

/** Lets the guest write again. */
export const thaw = (guest: GuestIdentity): Promise<DriverResult<unknown>> =>
  withAgent(guest, neverAborted, (agent) => agent.execute('guest-fsfreeze-thaw', null, limits.agentCommandMs));

/** See Hypervisor.ensurePassword. */
export const setPassword = (guest: GuestIdentity, password: string, signal: AbortSignal): Promise<DriverResult> =>
  withAgent(guest, signal, async (agent) => {
    const args = { username: 'root', password: Buffer.from(password).toString('base64'), crypted: false };
    const set = await agent.execute('guest-set-user-password', args, limits.agentCommandMs);
    return set.ok ? driverOk(null) : set;
  });
