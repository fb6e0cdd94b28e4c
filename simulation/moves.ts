import { actionId, instanceActions } from '../actors/instance/actions/row.ts';
import { MIGRATION_ENDS, type Migration, migrations } from '../actors/instance/migrations/row.ts';
import type { SimulatedCloud } from './cloud.ts';

/** Moves of instances between hosts that have ended since the last look: those that led there. */
export interface EndedMoves {
  readonly done: readonly Migration[];
  readonly failed: number;
}

/** Follows what a cloud moves by itself, and forgets the records of it. */
export class MovesSeen {
  readonly #cloud: SimulatedCloud;
  /** Instances that have been moved, or were to be: their actions are more than their creation and deletion. */
  readonly #moved = new Set<string>();

  constructor(cloud: SimulatedCloud) {
    this.#cloud = cloud;
  }

  /** What has ended since the last look. */
  look(): EndedMoves {
    const ended = [...migrations.scan(this.#cloud.rows)].filter(({ status }) => MIGRATION_ENDS.includes(status));
    for (const { instanceId } of ended) this.#moved.add(instanceId);
    this.#cloud.forget(
      [],
      [],
      ended.map(({ number }) => number),
    );
    const done = ended.filter(({ status }) => status === 'completed');
    return { done, failed: ended.length - done.length };
  }

  /** Ids of the actions of an instance that is about to be forgotten, besides its creation and deletion. */
  actionsOf(instanceId: string): readonly string[] {
    if (!this.#moved.delete(instanceId)) return [];
    const actions = instanceActions.scan(this.#cloud.rows, { idPrefix: `${instanceId}.` });
    return [...actions].map(({ startMs, requestId }) => actionId(instanceId, startMs, requestId));
  }
}
