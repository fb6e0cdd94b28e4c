import type { CellDecision, DecisionListener } from '../actors/cell/decision.ts';
import type { ShardNotice } from '../runtime/notice.ts';

/** Writes how a cell decides into the log, while that is at `debug`. Its thread posts each to the main one. */
export class DecisionLog implements DecisionListener {
  isOn: boolean;
  readonly #notice: (notice: ShardNotice) => void;

  constructor(logLevel: string, notice: (notice: ShardNotice) => void) {
    this.isOn = logLevel === 'debug';
    this.#notice = notice;
  }

  hear({ instanceId, what, explanation }: CellDecision): void {
    const { chosen } = explanation;
    const message =
      what === 'claim' ? (chosen === null ? 'no host for an instance' : 'host chosen') : 'host asked for an instance';
    this.#notice({ type: 'log', level: 'debug', message, fields: { instanceId, ...explanation } });
  }
}
