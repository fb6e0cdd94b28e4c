import type { Chances, Place } from './chooser.ts';

/** What can go wrong with a commit. */
export type CommitFault =
  /** The thread dies before it is durable. */
  | 'crashBefore'
  /** The thread dies when it is durable, and before anybody hears of it. */
  | 'crashAfter'
  /** The disk takes long. */
  | 'slow'
  /** The disk is full, for this commit and those of a while: nothing of them is kept, and the shard is told. */
  | 'full';

/** What can go wrong with an effect. */
export type EffectFault =
  /** The thread dies before anything is done. */
  | 'crashBefore'
  /** The thread dies when it is done, and before its end is handled. */
  | 'crashAfter'
  | 'slow'
  /** Fails, and nothing was done. */
  | 'fails'
  /** Fails, and yet it was done. */
  | 'failsDone'
  /** The runner has a bug: its promise is rejected. */
  | 'rejects'
  /** It is done twice. */
  | 'twice'
  /** Never ends, having been done or not. */
  | 'never';

/** What can go wrong with something sent over a link. */
export type MessageFault = 'lose' | 'slow';

/** What can go wrong with a shard at any moment. */
export type ShardFault =
  /** Its thread dies; the others go on, and it is started again from its store. */
  | 'dies'
  /** It is told to stop, and is started again when it has. */
  | 'stops'
  /** Its wall clock is set forward, or back. */
  | 'clockForward'
  | 'clockBack';

/** How often things go wrong, as probabilities from 0 to 1 of each occasion. Shards, links and the process have an occasion every 50 ms. */
export interface FaultRates {
  readonly commit: Chances<CommitFault>;
  readonly effect: Chances<EffectFault>;
  readonly message: Chances<MessageFault>;
  readonly shard: Chances<ShardFault>;
  /** A connection breaks, and is made anew: what is under way on it is lost, or comes late, after what is sent again. */
  readonly link: Chances<'breaks'>;
  /** All threads die together. */
  readonly process: Chances<'dies'>;
}

/** Nothing goes wrong. */
export const CALM: FaultRates = {
  commit: { crashBefore: 0, crashAfter: 0, slow: 0, full: 0 },
  effect: { crashBefore: 0, crashAfter: 0, slow: 0, fails: 0, failsDone: 0, rejects: 0, twice: 0, never: 0 },
  message: { lose: 0, slow: 0 },
  shard: { dies: 0, stops: 0, clockForward: 0, clockBack: 0 },
  link: { breaks: 0 },
  process: { dies: 0 },
};

/** Everything goes wrong now and then: a history of some dozens of operations has some dozens of faults. */
export const STORMY: FaultRates = {
  commit: { crashBefore: 0.03, crashAfter: 0.05, slow: 0.03, full: 0.01 },
  effect: {
    crashBefore: 0.04,
    crashAfter: 0.04,
    slow: 0.05,
    fails: 0.05,
    failsDone: 0.05,
    rejects: 0.02,
    twice: 0.05,
    never: 0.03,
  },
  message: { lose: 0.04, slow: 0.04 },
  shard: { dies: 0.02, stops: 0.01, clockForward: 0.01, clockBack: 0.01 },
  link: { breaks: 0.02 },
  process: { dies: 0.005 },
};

/**
 * Rates for one history: each of `rates` as it is, at a third, doubled, or not at all. Some faults are found only where others
 * stay away, since they end what would have led to them.
 */
export function someOf(rates: FaultRates, place: Place): FaultRates {
  const vary = <Fault extends string>(chances: Chances<Fault>): Chances<Fault> => {
    const varied: Record<Fault, number> = { ...chances };
    for (const fault in varied) varied[fault] *= [0, 1 / 3, 1, 2][place.upTo(4)] ?? 1;
    return varied;
  };
  return {
    commit: vary(rates.commit),
    effect: vary(rates.effect),
    message: vary(rates.message),
    shard: vary(rates.shard),
    link: vary(rates.link),
    process: vary(rates.process),
  };
}
