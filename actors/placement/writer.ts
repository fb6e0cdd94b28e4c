import type { AskError } from '../../runtime/message.ts';
import { failed, type Result } from '../../runtime/result.ts';
import type { Reader } from '../../runtime/store.ts';
import type { ActorSystem } from '../../runtime/system.ts';
import { cell } from '../cell/protocol.ts';
import { API_CELL } from '../cell-mapping/row.ts';
import { limits } from '../limits.ts';
import type { PlacementChange, PlacementChanged } from './change.ts';
import type { PlacementError } from './errors.ts';
import { holdsOf } from './holds.ts';
import { cellOfChange, hasSeveralCells, namesFor, refusedElsewhere } from './routing.ts';
import { type Hold, Turns } from './turns.ts';

type Outcome = Result<PlacementChanged, PlacementError | AskError>;

/** How soon somebody who was refused for others under way may try again. */
const RETRY_MS = 1_000;

const isUnsure = (outcome: Outcome): boolean =>
  !outcome.ok && (outcome.error.code === 'AskTimedOut' || outcome.error.code === 'ShardStopped');

/**
 * Makes changes of placement, for the front end. Each is checked and stored by one cell in one step; in a cloud with several cells
 * what has to be right across them (a consumer is in one cell, names are unique, a trait that somebody has stays) is looked up in what is
 * stored and then asked for, so changes that have it in common take turns here. One that has ended nobody knows how keeps
 * what it holds for its own cell, until that has answered something later: it handles messages in order.
 */
export class PlacementWriter {
  readonly #system: ActorSystem;
  readonly #reader: Reader;
  readonly #turns = new Turns(limits.placementTurnsWaitingMax);
  /** By key, the cell where a change of it may still come to be. */
  readonly #unsure = new Map<string, string>();

  constructor(system: ActorSystem, reader: Reader) {
    this.#system = system;
    this.#reader = reader;
  }

  /**
   * Asks the cell for one change. When it is answered the change is stored, and a renewed reader sees it. Errors: those of
   * PlacementError for the change, and AskError; `MailboxFull`: changes of the same things are under way.
   */
  async change(change: PlacementChange): Promise<Outcome> {
    if (!hasSeveralCells(this.#reader)) return this.#ask(change, API_CELL);
    const holds = holdsOf(change);
    const turn = await this.#turns.take(
      holds,
      () => this.#checked(change, holds),
      (outcome) => !isUnsure(outcome),
    );
    return turn.came ? turn.value : failed({ code: 'MailboxFull', retryAfterMs: RETRY_MS });
  }

  async #checked(change: PlacementChange, holds: readonly Hold[]): Promise<Outcome> {
    const refusal = refusedElsewhere(change, this.#reader);
    if (refusal) return failed(refusal);
    const place = cellOfChange(change, this.#reader);
    if (holds.some(({ key }) => (this.#unsure.get(key) ?? place) !== place))
      return failed({ code: 'MailboxFull', retryAfterMs: RETRY_MS });
    // Those before this question: the cell has handled them when it answers.
    const before = [...this.#unsure].filter(([, where]) => where === place);
    const outcome = await this.#ask(change, place);
    if (isUnsure(outcome)) for (const { key } of holds) this.#unsure.set(key, place);
    else for (const [key] of before) this.#unsure.delete(key);
    return outcome;
  }

  async #ask(change: PlacementChange, place: string): Promise<Outcome> {
    const message = { type: 'placement', change } as const;
    const told = place === API_CELL ? message : { ...message, names: namesFor(change, this.#reader) };
    const outcome = await this.#system.ask(cell.at(place), told, { deadlineMs: limits.askMs });
    return outcome.ok ? outcome.value : failed(outcome.error);
  }
}
