import { limits } from '../../limits.ts';
import { request } from '../driver-steps.ts';
import { atTarget, endMove, withMove } from '../move.ts';
import { claimTarget, moveIs, moveOvertaken, removeAtTargetLater, removeElsewhere } from '../move-steps.ts';
import type { Operation, Step } from '../operation.ts';
import { instance as instanceProtocol } from '../protocol.ts';
import { requestOf } from '../requests.ts';
import { recordVolumes } from '../volume-steps.ts';

/** Takes the guest over while it runs. */
const migrateGuest: Step = {
  name: 'migrate guest',
  begin(start) {
    const targetHost = start.instance.move?.target.host ?? '';
    start.ctx.effect(request(start, 'driver.ensureMigrated', limits.liveMigrationMs, { targetHost }));
    return 'waits';
  },
  // Tried again it finds a guest that has gone over already: an answer may have been lost.
  attemptsMax: 3,
  undo(start) {
    removeAtTargetLater(start);
    const { instance, ctx } = start;
    if (instance.vmState !== 'active') return;
    ctx.tell(instanceProtocol.at(instance.id), { type: 'resumeGuest', requestId: `req-${ctx.newId()}` });
  },
};

/** Moves the guest to another host while it runs. Nova: server action `os-migrateLive`. */
export const liveMigrate: Operation = {
  name: 'liveMigrate',
  action: 'live-migration',
  event: 'compute_live_migration',
  from: { vmState: ['active', 'paused'], taskState: [null], launched: true, unlocked: true, placed: false },
  taskState: 'migrating',
  prepare(instance, asked, ctx) {
    const wanted = requestOf(asked, 'liveMigrate');
    if (wanted === null) return instance;
    const { host: wantedHost, by, isHostForced } = wanted;
    const forced = isHostForced ? { isHostForced } : {};
    const { flavor } = instance;
    const kind = { type: 'live-migration', status: 'accepted', by } as const;
    return withMove(instance, { ...kind, ...forced, flavor, wantedHost, leavesHost: true, confirmWindowMs: null }, ctx);
  },
  steps: [
    claimTarget,
    moveIs('running'),
    migrateGuest,
    { ...moveIs('post-migrating'), enter: atTarget },
    recordVolumes,
    removeElsewhere,
  ],
  end: (instance) => ({ ...atTarget(instance), move: null }),
  afterEnd({ instance, ctx }) {
    if (instance.move) endMove(instance, instance.move, 'completed', ctx);
  },
  whenFailed: (instance) => ({ ...instance, move: null }),
  afterFailure({ instance, ctx }) {
    if (instance.move) endMove(instance, instance.move, 'failed', ctx);
  },
  whenOvertaken: moveOvertaken,
};
