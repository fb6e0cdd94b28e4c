import type { SmallCloud } from './small-cloud.ts';

/** A public report of something in Nova that hangs or leaks, and the same story lived through here. */
export interface Report {
  /** The number of the report: https://bugs.launchpad.net/nova/+bug/… */
  readonly bug: number;
  /** What happens there, in our own words. */
  readonly there: string;
  /** What happens here: the name of the test. */
  readonly here: string;
  /**
   * Lives through it, on a calm cloud of three hosts. Afterwards everything must come to rest, and the invariants of
   * the simulation are compared: nothing hangs; hosts, ports, quota, migrations, images and guests are as the rows say.
   */
  readonly live: (cloud: SmallCloud) => Promise<void>;
}

/** Where the report can be read. */
export const linkOf = ({ bug }: Report): string => `https://bugs.launchpad.net/nova/+bug/${bug}`;
