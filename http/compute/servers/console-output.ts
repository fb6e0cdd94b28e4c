import type { Instance } from '../../../actors/instance/row.ts';
import type { DriverError } from '../../../drivers/result.ts';
import { type Answer, type Refusal, refuse, refuseWith, reply } from '../../reply.ts';
import type { ComputeServices } from '../services.ts';

/** More lines than any console keeps. */
const LINES_MAX = 1_000_000;

// Control characters but tab and line feed, which some clients cannot take in JSON (nova/api/.../console_output.py).
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f]/g;

/** Answers os-getConsoleOutput; `lines` null is all that is kept. */
export const consoleAnswer = async (
  { id, host }: Instance,
  lines: number | null,
  { consoleOutput }: ComputeServices,
): Promise<Answer> => {
  if (host === null) return refuse({ code: 'InstanceNotReady', instanceId: id });
  const output = await consoleOutput(host, id, lines === null ? null : Math.min(lines, LINES_MAX));
  return output.ok ? reply({ output: output.value.replace(UNPRINTABLE, '') }) : refusalFor(output.error, id);
};

const refusalFor = (error: DriverError, instanceId: string): Refusal => {
  switch (error.code) {
    case 'GuestNotFound':
      return refuse({ code: 'InstanceNotReady', instanceId });
    case 'Unsupported':
      return refuse({ code: 'NotSupported' });
    case 'Unreachable':
    case 'TimedOut':
      return refuseWith(503, 'The host of the server does not answer; try again.');
    case 'OutOfResources':
    case 'ImageUnusable':
    case 'HypervisorFailed':
      return refuseWith(404, 'Unable to get console');
  }
};
