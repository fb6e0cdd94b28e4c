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

  constructor(cloud: SimulatedCloud) {
    this.#cloud = cloud;
  }

  /** What has ended since the last look. */
  look(): EndedMoves {
    const ended = [...migrations.scan(this.#cloud.rows)].filter(({ status }) => MIGRATION_ENDS.includes(status));
    this.#cloud.forget(
      [],
      ended.map(({ number }) => number),
    );
    const done = ended.filter(({ status }) => status === 'completed');
    return { done, failed: ended.length - done.length };
  }
}
