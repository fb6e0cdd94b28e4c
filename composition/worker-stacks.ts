import type { Clock } from '../runtime/clock.ts';
import { within } from './inside.ts';

/** Where a worker thread was when it was looked at. */
export interface WorkerStack {
  /** As Node names it: `[worker 2]`, and the name that it was given. */
  readonly thread: string;
  /** Innermost first, as `function (file:line)`. */
  readonly frames: readonly string[];
}

const FRAMES_MAX = 50;

interface Frame {
  readonly functionName: string;
  readonly url: string;
  readonly line: number;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function frameOf(value: unknown): Frame | null {
  if (!isObject(value) || !isObject(value['location'])) return null;
  const { functionName, url, location } = value;
  return { functionName: String(functionName), url: String(url), line: Number(location['lineNumber']) + 1 };
}

/** The frames of the message by which a debugger is told of a pause; null for another message. */
function pausedFrames(message: unknown): readonly string[] | null {
  if (!isObject(message) || message['method'] !== 'Debugger.paused' || !isObject(message['params'])) return null;
  const frames = message['params']['callFrames'];
  if (!Array.isArray(frames)) return null;
  return frames.slice(0, FRAMES_MAX).flatMap((value: unknown) => {
    const frame = frameOf(value);
    return frame ? [`${frame.functionName || '(anonymous)'} (${frame.url}:${frame.line})`] : [];
  });
}

/**
 * Where the worker threads of this process are, also those that hang in an endless loop: the debugger stops each for a moment and
 * lets it go on. One that is idle, or inside a call into native code, cannot be stopped and is left out. Takes `limitMs`
 * at most. Never rejects.
 */
export async function workerStacks(clock: Clock, limitMs: number): Promise<readonly WorkerStack[]> {
  // Loaded only here: nobody needs a debugger as long as all is well.
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  const found: WorkerStack[] = [];
  const names = new Map<string, string>();
  const tell = (sessionId: string, method: string): void => {
    const message = JSON.stringify({ id: 1, method });
    session.post('NodeWorker.sendMessageToWorker', { sessionId, message }).catch(() => {});
  };
  try {
    session.connect();
    session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }) => {
      names.set(sessionId, workerInfo.title);
      tell(sessionId, 'Debugger.enable');
      tell(sessionId, 'Debugger.pause');
    });
    const all = new Promise<void>((resolve) => {
      session.on('NodeWorker.receivedMessageFromWorker', ({ params: { sessionId, message } }) => {
        const frames = pausedFrames(JSON.parse(message));
        if (!frames) return;
        found.push({ thread: names.get(sessionId) ?? sessionId, frames });
        tell(sessionId, 'Debugger.resume');
        tell(sessionId, 'Debugger.disable');
        if (found.length === names.size) resolve();
      });
    });
    await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
    if (names.size > 0) await within(clock, limitMs, all);
    for (const sessionId of names.keys()) tell(sessionId, 'Debugger.disable');
    await session.post('NodeWorker.disable');
  } catch {
    // A report without stacks is better than none.
  } finally {
    session.disconnect();
  }
  return found;
}
