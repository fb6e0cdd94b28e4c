import * as v from 'valibot';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import type { QmpClient } from './qmp-client.ts';
import { queryStatus } from './qmp-messages.ts';

/** QMP `query-status`: RunState of QEMU. Errors: HypervisorFailed, Unreachable, TimedOut. */
export async function queryRunState(qmp: QmpClient): Promise<DriverResult<string>> {
  const answer = await qmp.execute('query-status');
  if (!answer.ok) return answer;
  const read = v.safeParse(queryStatus, answer.value);
  return read.success
    ? driverOk(read.output.status)
    : driverFailed({ code: 'HypervisorFailed', reason: 'query-status: not an answer' });
}

const machineTypes = v.pipe(v.string(), v.regex(/^[A-Za-z0-9.-]{1,64}-machine$/));

/** The type of the machine that a guest was started with, such as `pc-q35-7.2`: what `q35` stood for then. Errors as above. */
export async function machineTypeOf(qmp: QmpClient): Promise<DriverResult<string>> {
  const answer = await qmp.execute('qom-get', { path: '/machine', property: 'type' });
  if (!answer.ok) return answer;
  const read = v.safeParse(machineTypes, answer.value);
  return read.success
    ? driverOk(read.output.replace(/-machine$/, ''))
    : driverFailed({ code: 'HypervisorFailed', reason: 'qom-get /machine type: not an answer' });
}
