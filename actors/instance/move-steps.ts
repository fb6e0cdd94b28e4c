import { limits } from '../limits.ts';
import { claim, claimedOf } from './claim.ts';
import { removalElsewhere, request, stopGuest } from './driver-steps.ts';
import { changeMigration } from './migrations/record.ts';
import type { MigrationStatus } from './migrations/row.ts';
import { atTarget, otherHost } from './move.ts';
import type { Step, StepStart } from './operation.ts';
import { allocationOf } from './port-groups.ts';
import { instance as instanceProtocol } from './protocol.ts';
import type { Instance } from './row.ts';

/** Claims what the instance will need, beside what it has: until the move has ended it holds both. */
export const claimTarget: Step = {
  name: 'claim target',
  begin(start) {
    const { move } = start.instance;
    if (!move) return 'done';
    const { host: left } = move.source;
    const excludedHosts = move.leavesHost && left !== null ? [left] : [];
    const { wantedHost: host, isHostForced } = move;
    return claim(start, { flavor: move.target.flavor, host, isHostForced, excludedHosts, part: 'move' });
  },
  fold: (instance, value) => {
    const { move } = instance;
    const claimed = claimedOf(value);
    if (!move || claimed === null) return instance;
    const { host, zone, mappings } = claimed;
    const allocation = allocationOf(instance, mappings);
    const target = { ...move.target, host, zone, ...(allocation && { allocation }) };
    return { ...instance, move: { ...move, target } };
  },
};

/** Records how far the move is. */
export const moveIs = (status: MigrationStatus): Step => ({
  name: `record ${status}`,
  begin({ instance: { move }, ctx }) {
    if (move) changeMigration(ctx, move.migration, { status, targetHost: move.target.host });
    return 'done';
  },
});

/** Records that something else has overtaken the move: where it stands is settled by that. */
export function moveOvertaken({ instance: { move }, ctx }: StepStart): void {
  if (move) changeMigration(ctx, move.migration, { status: 'error' });
}

/** Whether the move goes to another host. */
const changesHost = ({ move }: Instance): boolean => !!move && move.target.host !== move.source.host;

/** Powers the guest off for the move; a move that fails brings it back. */
export const stopForMove: Step = {
  ...stopGuest,
  applies: ({ vmState }) => vmState === 'active',
  undo({ instance, ctx }) {
    if (instance.move?.vmState !== 'active') return;
    ctx.tell(instanceProtocol.at(instance.id), { type: 'restoreGuest', requestId: `req-${ctx.newId()}` });
  },
};

/** Copies the disks of the stopped guest to the other host. */
export const copyDisks: Step = {
  name: 'copy disks',
  applies: changesHost,
  enter: atTarget,
  begin(start) {
    const sourceHost = start.instance.move?.source.host ?? '';
    start.ctx.effect(request(start, 'driver.ensureCopied', limits.copyMs, { sourceHost }));
    return 'waits';
  },
  undo: removeAtTargetLater,
};

/** Asks for the removal of what a move to another host has made there, without waiting for it. */
export function removeAtTargetLater(start: StepStart): void {
  const host = start.instance.move?.target.host ?? null;
  if (host === null || !changesHost(start.instance)) return;
  start.ctx.effect({ ...removalElsewhere(start, host), effectId: `${start.stepId}.undo` });
}

/** Removes the guest from the host of the move where the instance is not. One that does not answer finds it as an orphan. */
export const removeElsewhere: Step = {
  name: 'remove guest elsewhere',
  applies: (instance) => otherHost(instance) !== null,
  begin(start) {
    start.ctx.effect(removalElsewhere(start, otherHost(start.instance) ?? ''));
    return 'waits';
  },
  attemptsMax: limits.deleteAttemptsMax,
  whenExhausted: 'goesOn',
};
