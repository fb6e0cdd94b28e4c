/** A command for the operator that is refused. The message says why. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
}
