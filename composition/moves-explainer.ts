import * as v from 'valibot';
import { explainMoves } from '../actors/consolidator/client.ts';
import type { ConsolidationOptions } from '../actors/consolidator/options.ts';
import type { ConsolidationPlan, PlanLimits } from '../actors/consolidator/plan.ts';
import { failed, ok, type Result } from '../runtime/result.ts';
import type { ActorSystem } from '../runtime/system.ts';

const question = v.object({
  cell: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(255))),
  moves: v.optional(v.pipe(v.string(), v.regex(/^[1-9]\d{0,3}$/, 'expected a number from 1'), v.transform(Number))),
  below: v.optional(
    v.pipe(v.string(), v.regex(/^(?:0?\.\d{1,6}|1)$/, 'expected a part, such as 0.5'), v.transform(Number)),
  ),
});

/** What a cell would move, or why it says nothing. */
export type CellMoves =
  | ({ readonly cell: string } & ConsolidationPlan)
  | { readonly cell: string; readonly problem: string };

/** Answers what consolidation would move now, whether it is on or not. Moves nothing. */
export class MovesExplainer {
  readonly #system: ActorSystem;
  readonly #options: ConsolidationOptions;
  readonly #cells: () => readonly string[];

  constructor(system: ActorSystem, options: ConsolidationOptions, cells: () => readonly string[]) {
    this.#system = system;
    this.#options = options;
    this.#cells = cells;
  }

  /** Asks the cells that are up. A failure: a sentence that says what of `given` cannot be. */
  async explain(given: Readonly<Record<string, string>>): Promise<Result<readonly CellMoves[], string>> {
    const asked = v.safeParse(question, given);
    if (!asked.success) {
      const [issue] = asked.issues;
      return failed(`${v.getDotPath(issue) ?? 'the question'}: ${issue.message}`);
    }
    const { cell, moves, below } = asked.output;
    const { hosts, maxMovesPerRound, emptiestBelow } = this.#options;
    const limits: PlanLimits = {
      hosts: hosts === 'none' ? 'all' : hosts,
      maxMovesPerRound: moves ?? maxMovesPerRound,
      emptiestBelow: below ?? emptiestBelow,
    };
    const cells = this.#cells().filter((name) => cell === undefined || name === cell);
    if (cells.length === 0) return failed(`there is no cell ${cell}`);
    return ok(await Promise.all(cells.map((name) => this.#ask(name, limits))));
  }

  async #ask(cell: string, limits: PlanLimits): Promise<CellMoves> {
    const plan = await explainMoves(this.#system, cell, limits);
    return plan.ok ? { cell, ...plan.value } : { cell, problem: plan.error.code };
  }
}
