import { limits } from '../../limits.ts';
import { storageProblem } from '../block-migration.ts';
import { request } from '../driver-steps.ts';
import { atTarget, endMove, otherHost, withMove } from '../move.ts';
import { claimTarget, moveIs, moveOvertaken, removeAtTargetLater, removeElsewhere } from '../move-steps.ts';
import type { Operation, Step } from '../operation.ts';
import { instance as instanceProtocol } from '../protocol.ts';
import { requestOf } from '../requests.ts';
import { recordVolumes } from '../volume-steps.ts';

/** Refuses to copy disks where there are none, and not to where there are. */
const compareStorage: Step = {
  name: 'compare storage',
  begin({ instance }) {
    const problem = storageProblem(instance, instance.move?.blockMigration ?? null);
    return problem === null ? 'done' : { ...problem, details: problem.message };
  },
};

/** Brings the guest to the other host while it runs, in a lane of its own, since that takes long. It stays here until it is taken over. */
const migrateGuest: Step = {
  name: 'migrate guest',
  begin(start) {
    const { host, move } = start.instance;
    const { migration, target, overCommit = true } = move ?? {};
    const extra = { targetHost: target?.host ?? '', migration, overCommit };
    const effect = request(start, 'driver.ensureMigrated', limits.liveMigrationMs, extra);
    start.ctx.effect({ ...effect, lane: `migrate:${host}` });
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

/**
 * Lets the guest go on at the other host, and ends it here. That it is there has been recorded before: from then on it cannot be
 * taken back, and what aborts the migration comes too late. Should it not go on, its host says so when it is looked at.
 */
const takeOver: Step = {
  name: 'take guest over',
  begin(start) {
    const sourceHost = otherHost(start.instance) ?? '';
    start.ctx.effect(request(start, 'driver.ensureTakenOver', limits.takeOverMs, { sourceHost }));
    return 'waits';
  },
  attemptsMax: 3,
  whenExhausted: 'goesOn',
};

/** Moves the guest to another host while it runs. Nova: server action `os-migrateLive`. */
export const liveMigrate: Operation = {
  name: 'liveMigrate',
  action: 'live-migration',
  refusedAs: 'os-migrateLive',
  event: 'compute_live_migration',
  from: { vmState: ['active', 'paused'], taskState: [null], launched: true, unlocked: true, placed: false },
  taskState: 'migrating',
  prepare(instance, asked, ctx) {
    const wanted = requestOf(asked, 'liveMigrate');
    if (wanted === null) return instance;
    const { host: wantedHost, by, isHostForced, blockMigration = null, overCommit } = wanted;
    const forced = {
      ...(isHostForced ? { isHostForced } : {}),
      ...(blockMigration === null ? {} : { blockMigration }),
      ...(overCommit === undefined ? {} : { overCommit }),
    };
    const { flavor } = instance;
    const kind = { type: 'live-migration', status: 'accepted', by } as const;
    return withMove(instance, { ...kind, ...forced, flavor, wantedHost, leavesHost: true, confirmWindowMs: null }, ctx);
  },
  steps: [
    compareStorage,
    claimTarget,
    moveIs('running'),
    migrateGuest,
    { ...moveIs('post-migrating'), enter: atTarget },
    takeOver,
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
