import { handle } from '../../../actors/instance/handle.ts';
import {
  type InstanceMessage,
  type InstanceSpec,
  instance,
  type Requester,
} from '../../../actors/instance/protocol.ts';
import { type Instance, instances } from '../../../actors/instance/row.ts';
import type { BoundPort } from '../../../actors/network/protocol.ts';
import { RecordingContext } from '../recording-context.ts';

export const ID = '11111111-1111-4111-8111-111111111111';

export const USER: Requester = { requestId: 'req-1', userId: 'u1', projectId: 'p1', isAdmin: false };

export const SPEC: InstanceSpec = {
  id: ID,
  name: 'web',
  description: null,
  hostname: 'web',
  requestedZone: null,
  requestedHost: null,
  reservationId: 'r-1',
  launchIndex: 0,
  flavor: {
    flavorId: '1',
    name: 'm1.tiny',
    vcpus: 2,
    memoryMib: 512,
    rootGib: 1,
    ephemeralGib: 2,
    swapMib: 1_025,
    extraSpecs: {},
  },
  image: {
    imageId: '22222222-2222-4222-8222-222222222222',
    contentId: 'ab',
    format: 'qcow2',
    sizeBytes: 5,
    minDiskGib: 0,
    minRamMib: 0,
    properties: {},
  },
  keyName: 'k1',
  metadata: { role: 'web' },
  tags: [],
  configDrive: true,
  accessIpV4: null,
  accessIpV6: null,
  diskConfig: 'MANUAL',
  securityGroups: [],
  networks: 'auto',
  bootData: { userData: null, publicKey: null, keyType: null, adminPassword: 'secret' },
};

export const PORT: BoundPort = {
  portId: '33333333-3333-4333-8333-333333333333',
  networkId: '44444444-4444-4444-8444-444444444444',
  networkName: 'default',
  macAddress: 'fa:16:3e:00:00:01',
  mtu: 1_450,
  fixedIps: [],
  preserveOnDelete: false,
  vnicType: 'normal',
  securityGroups: [],
};

/** An instance that runs on `host-a`, changed as wanted. */
export function anInstance(changes: Partial<Instance> = {}): Instance {
  const { bootData: _, ...spec } = SPEC;
  return {
    ...spec,
    projectId: USER.projectId,
    userId: USER.userId,
    createdAtMs: 1_000,
    updatedAtMs: 2_000,
    launchedAtMs: 2_000,
    terminatedAtMs: null,
    deletedAtMs: null,
    vmState: 'active',
    taskState: null,
    powerState: 1,
    cell: 'cell1',
    host: 'host-a',
    availabilityZone: 'nova',
    hasUserData: false,
    locked: false,
    lockedReason: null,
    ports: [PORT],
    progress: 0,
    fault: null,
    operation: null,
    failedHosts: [],
    ...changes,
  };
}

/** An instance's actor that is told one message after the other. */
export class Told {
  readonly ctx = new RecordingContext(instance.at(ID));
  state: Instance | null;

  constructor(state: Instance | null = null) {
    this.state = state;
    if (state) this.ctx.put(instances, state.id, state);
  }

  tell(message: InstanceMessage): Instance {
    this.ctx.nowMs += 1_000;
    this.state = handle(this.state, message, this.ctx);
    if (!this.state) throw new Error('There is no instance.');
    this.ctx.put(instances, this.state.id, this.state);
    return this.state;
  }

  /** The id of the step that is under way. */
  get stepId(): string {
    const running = this.state?.operation;
    if (!running) throw new Error('No operation is under way.');
    return `${running.requestId}.${running.round}.${running.step}.${running.attempt}`;
  }

  /** The cell's answer to the claim that is under way. */
  claimed(host: string): Instance {
    return this.tell({ type: 'claimed', claimId: this.stepId, outcome: { ok: true, value: { host, zone: 'nova' } } });
  }

  noHost(): Instance {
    const error = { code: 'NoValidHost', reason: 'No valid host was found.', details: 'Of 1 hosts: none.' } as const;
    return this.tell({ type: 'claimed', claimId: this.stepId, outcome: { ok: false, error } });
  }

  portsBound(): Instance {
    return this.tell({ type: 'portsBound', requestId: this.stepId, outcome: { ok: true, value: [PORT] } });
  }

  /** The effect of the step that is under way has ended. */
  effectEnded(outcome: 'well' | 'badly', effectId = this.stepId): Instance {
    const error = { code: 'HypervisorFailed', reason: 'no disk' };
    return this.tell({
      type: 'effectEnded',
      effectId,
      name: 'driver.some',
      outcome: outcome === 'well' ? { ok: true, value: null } : { ok: false, error },
    });
  }

  begin(operation: 'start' | 'stop' | 'softReboot' | 'hardReboot' | 'delete', requestId: string): Instance {
    return this.tell({ type: 'begin', operation, requester: { ...USER, requestId } });
  }
}
