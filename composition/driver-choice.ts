import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Settings, SettingsRefused } from './settings.ts';

/** The driver that is used, and a sentence that says why. */
export interface ChosenDriver {
  readonly name: 'sim' | 'qemu';
  readonly reason: string;
}

/**
 * Whether a driver realises routers and floating IPs. Simulated guests reach whatever the network says that they reach;
 * a guest of QEMU has a user-mode network of its own, which nothing can be routed to.
 */
export const routesHosts = ({ name }: ChosenDriver): boolean => name === 'sim';

/** Most hosts of QEMU on one machine. */
const LOCAL_HOSTS_MAX = 16;

/**
 * Decides the driver: what was asked for, or for `auto` QEMU where its programs are found and the hosts are no fleet. Throws
 * SettingsRefused when QEMU is asked for on more hosts than one machine can stand for.
 */
export async function chooseDriver({ driver, qemu, hosts }: Settings): Promise<ChosenDriver> {
  const simulated = `${hosts} simulated host${hosts === 1 ? '' : 's'}: no guest really runs`;
  if (driver === 'sim') return { name: 'sim', reason: simulated };
  if (hosts > LOCAL_HOSTS_MAX) {
    const reason = `at most ${LOCAL_HOSTS_MAX} hosts of QEMU stand on one machine`;
    if (driver === 'qemu') throw new SettingsRefused(`The configuration is refused. hosts: ${reason}.`);
    return { name: 'sim', reason: `${simulated}, since ${reason}` };
  }
  const missing = [];
  for (const program of [qemu.binary, qemu.imgBinary]) if (!(await isProgram(program))) missing.push(program);
  if (driver === 'auto' && missing.length > 0) {
    return {
      name: 'sim',
      reason: `${simulated}, since ${missing.join(' and ')} ${missing.length === 1 ? 'was' : 'were'} not found`,
    };
  }
  const { detectAccel } = await import('../drivers/qemu/index.ts');
  const accel = qemu.accel === 'auto' ? await detectAccel() : qemu.accel;
  const how = accel === 'kvm' ? 'with KVM' : 'under emulation (TCG), since KVM does not work here';
  return {
    name: 'qemu',
    reason: `guests run under QEMU on ${hosts === 1 ? 'this machine' : `${hosts} hosts of this machine`}, ${qemu.accel === 'tcg' ? 'under emulation (TCG)' : how}`,
  };
}

/** Whether a program can be run: a path, or a name on the PATH. */
async function isProgram(program: string): Promise<boolean> {
  const candidates = program.includes('/')
    ? [program]
    : (process.env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, program));
  for (const candidate of candidates) {
    const runnable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runnable) return true;
  }
  return false;
}
