import { Histogram } from './histogram.ts';

/** Figures of one kind of actor, shared by its activations. */
export class KindMeter {
  messages = 0;
  failures = 0;
  deadLetters = 0;
  refused = 0;
  readonly waitMs = new Histogram();
  readonly handlingMs = new Histogram();
  /** Bytes of a state, as estimated from those that were looked at; the later ones count more. */
  stateBytes = 0;
}
