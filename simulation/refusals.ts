/** Texts that are told apart; more are counted together. */
const CAUSES_MAX = 1_000;
const OTHERS = 'other causes';

/** Why machines were refused: what the scheduler tells administrators, with the number of machines that it was told of. */
export class Refusals {
  readonly #counts = new Map<string, number>();

  /** `details`: of the fault of the instance; undefined: it has none. */
  count(details: string | undefined): void {
    const cause = details === undefined || details === '' ? 'no cause was told' : details;
    const key = this.#counts.has(cause) || this.#counts.size < CAUSES_MAX ? cause : OTHERS;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** By cause, the most frequent first. */
  get byCause(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort(([, a], [, b]) => b - a));
  }
}
