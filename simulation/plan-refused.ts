/** A plan that cannot be played. The message says what of it, and why. */
export class PlanRefused extends Error {
  override readonly name = 'PlanRefused';
}
