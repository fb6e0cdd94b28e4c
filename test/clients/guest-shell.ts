import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Client } from 'ssh2';
import { localDirectory } from '../../composition/local-hosts.ts';
import { valueAt } from '../process/json.ts';

/** The port on 127.0.0.1 that leads to a guest's ssh server. So far only the driver's own record of the guest tells it. */
export function sshPortOf(stateDir: string, instanceId: string, host = hostname()): number {
  const directory = join(localDirectory(stateDir, host), 'guests', instanceId);
  const record: unknown = JSON.parse(readFileSync(join(directory, 'guest.json'), 'utf8'));
  return Number(valueAt(record, 'sshPort'));
}

/** Longest time of a login and a command, in milliseconds; emulated, a login takes about a second. */
const LIMIT_MS = 60_000;

/** Logs in as root with a private key, or by password, runs one command, and returns what it printed. Rejects when any of it fails. */
export function runInGuest(
  port: number,
  login: string | { readonly password: string },
  command: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const client = new Client();
    const timer = setTimeout(() => client.destroy(), LIMIT_MS);
    const fail = (error: Error): void => {
      client.end();
      reject(error);
    };
    client.on('error', fail);
    client.on('close', () => {
      clearTimeout(timer);
      reject(new Error('The connection ended early.'));
    });
    client.on('ready', () => {
      client.exec(command, (error, stream) => {
        if (error) {
          fail(error);
          return;
        }
        let printed = '';
        stream.setEncoding('utf8').on('data', (text: string) => {
          printed += text;
        });
        stream.on('close', () => {
          resolve(printed);
          client.end();
        });
      });
    });
    const secret = typeof login === 'string' ? { privateKey: login } : login;
    client.connect({ host: '127.0.0.1', port, username: 'root', ...secret, readyTimeout: LIMIT_MS });
  });
}
