import type { ClaimRequest } from '../cell/protocol.ts';
import type { HostTable } from './host-table.ts';
import type { WeightColumn } from './weight-columns.ts';

/** The raw weight of the host of a row: before it is normalised over the filtered hosts and multiplied. */
export type Weighs = (row: number) => number;

/** A rule that says which of the hosts are better. */
export interface Weigher {
  /** Nova's name, such as `RAMWeigher`. */
  readonly name: string;
  /** The column that is its raw weight, for every request: then the best host is found without asking all of them. */
  readonly column?: WeightColumn;
  /** The raw weights for this request; undefined when they are the same for all hosts. With a `column`: its values. */
  compile(request: ClaimRequest, hosts: HostTable): Weighs | undefined;
  /**
   * The rows whose raw weight can be other than 0 for this request, when they are few, such as the hosts of a server
   * group. Undefined: any. A weigher with neither this nor a `column` has every host asked for its weight.
   */
  rows?(request: ClaimRequest, hosts: HostTable): readonly number[] | undefined;
  /** What the normalised weight is multiplied with. Depends on the host's facts alone: an aggregate may override it. */
  multiplier(hosts: HostTable, row: number): number;
}
