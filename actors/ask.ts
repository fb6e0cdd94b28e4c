import type { Address } from '../runtime/address.ts';
import { failed, type Result } from '../runtime/result.ts';
import type { ActorSystem } from '../runtime/system.ts';
import { type ComputeError, computeErrorOf } from './errors.ts';
import { limits } from './limits.ts';

/** Asks an actor whose reply is a result; what keeps the reply from coming is an error like the others. */
export async function askCompute<Message, Value>(
  system: ActorSystem,
  to: Address<Message, Result<Value, ComputeError>>,
  message: Message,
): Promise<Result<Value, ComputeError>> {
  const outcome = await system.ask(to, message, { deadlineMs: limits.askMs });
  return outcome.ok ? outcome.value : failed(computeErrorOf(outcome.error));
}
