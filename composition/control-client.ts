import { request } from 'node:http';
import { ControlRefused, openControlPath } from './control-path.ts';

/** What the control socket answers. */
export interface ControlAnswer {
  readonly status: number;
  readonly text: string;
}

/** How long an answer may take, in milliseconds: a report waits for shards that hang, some seconds at most. */
const ANSWER_MS_MAX = 15_000;
/** Largest answer in bytes. */
const ANSWER_BYTES_MAX = 64 * 1_048_576;

const isAbsent = (error: NodeJS.ErrnoException): boolean =>
  error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'ENOTDIR';

function send(socketPath: string, method: string, path: string): Promise<ControlAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method, path, timeout: ANSWER_MS_MAX, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > ANSWER_BYTES_MAX) sent.destroy(new Error('the answer is too large'));
        else chunks.push(chunk);
      });
      answer.once('error', reject);
      answer.once('end', () =>
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    sent.once('timeout', () => sent.destroy(new Error(`no answer within ${ANSWER_MS_MAX / 1000} s`)));
    sent.once('error', reject);
    sent.end();
  });
}

/**
 * Asks the cloud that runs on a state directory. Null: none runs there. Throws ControlRefused when one runs but does not
 * answer, or is another user's.
 */
export async function askControl(
  stateDir: string,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
): Promise<ControlAnswer | null> {
  let release = (): void => {};
  try {
    const opened = openControlPath(stateDir);
    release = opened.release;
    return await send(opened.address, method, path);
  } catch (error) {
    if (error instanceof ControlRefused) throw error;
    if (error instanceof Error && isAbsent(error)) return null;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ControlRefused(`The cloud of ${stateDir} cannot be asked: ${reason}.`);
  } finally {
    release();
  }
}
