import type { ClaimRequest } from '../cell/protocol.ts';
import type { HostTable } from './host-table.ts';

/** Whether the host of this row may take the request. */
export type Keeps = (row: number) => boolean;

/** A rule that refuses hosts. It is compiled for a request, and asked only about hosts whose answer matters. */
export interface Filter {
  /** Nova's name, such as `ComputeFilter`. */
  readonly name: string;
  /**
   * `facts`: the answer depends on the request and on the host's facts (its profile) alone, so one answer serves all
   * hosts with the same facts. `costly`: asked after all others. Absent: asked host by host.
   */
  readonly asks?: 'facts' | 'costly';
  /** Whether it is asked when an instance is rebuilt on its host with another image. Nova: `RUN_ON_REBUILD`. */
  readonly runsOnRebuild?: true;
  /** The predicate for this request; undefined when every host is kept, so that it costs nothing. */
  compile(request: ClaimRequest, hosts: HostTable): Keeps | undefined;
  /**
   * The rows among which all hosts are that it can keep, when it knows that they are few, such as those of a named host
   * or of an affinity group: only these are looked at. Undefined: any.
   */
  rows?(request: ClaimRequest, hosts: HostTable): readonly number[] | undefined;
  /** Why it refused the host, with the numbers. Only called to explain. */
  reason(request: ClaimRequest, hosts: HostTable, row: number): string;
  /** What is said of all hosts that it refused, after their number; absent: its name. At most some 80 characters. */
  summary?(request: ClaimRequest): string;
}
