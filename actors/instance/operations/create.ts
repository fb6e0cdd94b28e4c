import { cell } from '../../cell/protocol.ts';
import { limits } from '../../limits.ts';
import { type BoundPort, NETWORK_MAIN, network } from '../../network/protocol.ts';
import { changed } from '../changed.ts';
import { claim, placed } from '../claim.ts';
import { removeGuestLater, runGuest } from '../driver-steps.ts';
import type { Operation, Step, StepFailure } from '../operation.ts';
import { watch } from '../overdue-watch.ts';
import { portRequest } from '../port-groups.ts';
import { instance as instanceProtocol } from '../protocol.ts';
import type { Instance } from '../row.ts';
import { waitForPlugging } from '../vif-plugging.ts';
import { bindVolumes, recordVolumes, releaseBuilt, withAttached } from '../volume-steps.ts';

const arePorts = (value: unknown): value is readonly BoundPort[] => Array.isArray(value);

/** Asks the cell for a host, and takes it. */
const claimHost: Step = {
  name: 'claim host',
  taskState: 'scheduling',
  begin(start) {
    const { flavor, requestedHost: host, failedHosts: excludedHosts, placement } = start.instance;
    return claim(start, { flavor, host, excludedHosts, isHostForced: placement?.isHostForced });
  },
  fold: placed,
  undo({ instance, ctx }) {
    const buildFailed = create.steps[instance.operation?.step ?? 0]?.name === runGuest.name;
    const release = { type: 'release', instanceId: instance.id } as const;
    ctx.tell(cell.at(instance.cell), buildFailed ? { ...release, buildFailed } : release);
  },
};

/** Gets the ports, with their addresses. */
const bindPorts: Step = {
  name: 'bind ports',
  taskState: 'networking',
  applies: (instance) => instance.networks !== 'none',
  begin({ instance, ctx, stepId }) {
    ctx.tell(network.at(NETWORK_MAIN), {
      type: 'bindPorts',
      requestId: stepId,
      instanceId: instance.id,
      projectId: instance.projectId,
      host: instance.host ?? '',
      answerTo: instanceProtocol.at(instance.id),
      requests:
        typeof instance.networks === 'object' ? instance.networks.map((asked) => portRequest(asked, instance)) : [],
      securityGroups: instance.securityGroups,
    });
    return 'waits';
  },
  fold: (instance, value) => (arePorts(value) ? { ...instance, ports: value } : instance),
  undo({ instance, ctx, stepId }) {
    ctx.tell(network.at(NETWORK_MAIN), { type: 'releasePorts', requestId: stepId, instanceId: instance.id });
  },
};

/** Makes a new instance run: a host, ports, a guest. Nova: build and run, with retries on other hosts. */
export const create: Operation = {
  name: 'create',
  action: 'create',
  event: 'compute__do_build_and_run_instance',
  from: { vmState: [], taskState: [], launched: false, unlocked: false, placed: false },
  taskState: 'scheduling',
  prepare(instance, _request, ctx) {
    watch('build', instance.build?.timeoutMs, ctx);
    return instance;
  },
  steps: [
    claimHost,
    bindPorts,
    bindVolumes,
    { ...runGuest, taskState: 'spawning', undo: removeGuestLater },
    recordVolumes,
    waitForPlugging,
  ],
  end: (instance, nowMs) =>
    changed(withAttached(hasTold(instance)), { vmState: 'active', launchedAtMs: nowMs, progress: 0, fault: null }),
  startsAnew: (instance, step) => {
    const isTried = step.name === runGuest.name && instance.host !== null;
    if (!isTried || instance.failedHosts.length + 1 >= attemptsMaxOf(instance)) return null;
    return unplaced({ ...instance, failedHosts: [...instance.failedHosts, instance.host ?? ''] });
  },
  explain,
  afterEnd({ instance: { host, cell: name, placement }, ctx }) {
    if (placement?.tellsBuilt && host !== null) ctx.tell(cell.at(name), { type: 'built', host });
  },
  afterFailure: ({ instance, ctx }) => releaseBuilt(instance, ctx),
  whenFailed: (instance) => ({ ...unplaced(instance), vmState: 'error', volumes: [] }),
};

const attemptsMaxOf = ({ placement }: Instance): number => placement?.attemptsMax ?? limits.createAttemptsMax;

/** The instance when its cell has been told that it was built, or when it goes elsewhere. */
function hasTold(instance: Instance): Instance {
  if (!instance.placement?.tellsBuilt) return instance;
  const { tellsBuilt: _, ...placement } = instance.placement;
  return { ...instance, placement };
}

const unplaced = (instance: Instance): Instance => ({
  ...hasTold(instance),
  host: null,
  availabilityZone: null,
  ports: [],
});

/** What Nova says when a build ends: `NoValidHost`, `MaxRetriesExceeded` and `BuildAbortException` of nova/exception.py. */
function explain(instance: Instance, step: Step, failure: StepFailure): StepFailure {
  if (step.name === bindPorts.name) {
    const cause = failure.code === 'NoMoreAddresses' ? ` with error ${failure.message}` : '';
    const message = `Build of instance ${instance.id} aborted: Failed to allocate the network(s)${cause}, not rescheduling.`;
    return { ...failure, message };
  }
  if (step.name === waitForPlugging.name) {
    const message = `Build of instance ${instance.id} aborted: Failed to allocate the network(s), not rescheduling.`;
    return { ...failure, message };
  }
  if (step.name === bindVolumes.name) {
    return { ...failure, message: `Build of instance ${instance.id} aborted: ${failure.message}` };
  }
  // The first host that is asked for and not found is told as it is; a later one only ends what went wrong before.
  if (step.name === claimHost.name && instance.failedHosts.length === 0) return failure;
  const message = `Exceeded maximum number of retries. Exhausted all hosts available for retrying build failures for instance ${instance.id}.`;
  const before = instance.fault === null ? '' : ` Before that: ${instance.fault.details}`;
  return { ...failure, message, details: `${failure.details}${before}` };
}
