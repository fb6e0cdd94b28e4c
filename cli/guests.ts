import { parseArgs } from 'node:util';
import { localDirectories } from '../composition/local-hosts.ts';
import { stateDirOf } from './state-dir.ts';
import { printUsage } from './usage.ts';

const USAGE = `novella guests: the guests on this machine, and how to log in to them

  --state-dir DIR   of the cloud    [$XDG_STATE_HOME/novella]

A line a guest: its instance, its process, and the ssh command that reaches it.
`;

/** Lists the QEMU guests of a state directory. Works while the cloud runs and while it does not. */
export async function guests(args: readonly string[]): Promise<number> {
  const options = { 'state-dir': { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
  const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
  if (values.help) return printUsage(USAGE);
  const stateDir = stateDirOf(values['state-dir']);
  const { listGuestAccess } = await import('../drivers/qemu/index.ts');
  for (const directory of localDirectories(stateDir)) {
    for (const { instanceId, processId, sshPort } of await listGuestAccess(directory)) {
      const state = processId === null ? 'stopped' : `process ${processId}`;
      const way = processId === null || sshPort === null ? '' : `  ssh -p ${sshPort} root@127.0.0.1`;
      process.stdout.write(`${instanceId}  ${state}${way}\n`);
    }
  }
  return 0;
}
