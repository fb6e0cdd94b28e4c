import { protocol } from '../../runtime/address.ts';
import type { ReplyTo } from '../../runtime/message.ts';
import type { Result } from '../../runtime/result.ts';
import type { NoHost } from '../cell/protocol.ts';
import type { InstanceMessage, InstanceSpec, Requester } from '../instance/protocol.ts';
import type { CellChange, CellSummary } from './row.ts';

/** The id of the only one. */
export const CELL_MAPPING_MAIN = 'main';

/** What the keeper of the mappings can be told. It lives in the api's shard. */
export type CellMappingMessage =
  /** At every start of a cloud with several cells: these there are, with these hosts. A host that is mapped stays where it is. */
  | {
      readonly type: 'ensureCells';
      readonly cells: readonly { readonly name: string; readonly hosts: readonly string[] }[];
    }
  /** From an operator: a cell is to be known, also without hosts. */
  | { readonly type: 'createCell'; readonly cell: string; readonly disabled: boolean }
  /** From an operator: a cell takes new instances, or not; it runs, or its shard is closed. From the start: its store is away. */
  | { readonly type: 'changeCell'; readonly cell: string; readonly change: CellChange }
  /** From an operator: a cell is no more. Refused as long as it has hosts or instances. */
  | { readonly type: 'deleteCell'; readonly cell: string; readonly force: boolean }
  /** From an operator: a host is in no cell any more. */
  | { readonly type: 'deleteHost'; readonly cell: string; readonly host: string }
  /** From a project, which has reserved their quota: give each of these to a cell. */
  | {
      readonly type: 'place';
      readonly specs: readonly InstanceSpec[];
      readonly requester: Requester;
      /** Answered when all of them can be found. */
      readonly asker: ReplyTo | null;
    }
  /** From a cell: what it has left. */
  | { readonly type: 'summarized'; readonly summary: CellSummary }
  /** From an instance: its cell has found a host for it, or it will not need one. */
  | { readonly type: 'placed'; readonly instanceId: string }
  /** From an instance: its cell has no host for it. It has left that cell, and asks for another one. */
  | {
      readonly type: 'notPlaced';
      readonly instanceId: string;
      readonly cell: string;
      readonly failure: NoHost;
    }
  /** From an instance: it is deleted. */
  | { readonly type: 'gone'; readonly instanceId: string }
  /** From a cell: this message is for an instance that is elsewhere by now, or not here yet. */
  | {
      readonly type: 'passOn';
      readonly instanceId: string;
      readonly message: InstanceMessage;
      readonly asker: ReplyTo | null;
      /** The cell that does not have it although it was sent there by the mapping. Null: it came from elsewhere. */
      readonly bouncedFrom: string | null;
    };

/** Why something was not done to a cell. */
export type CellRefusal =
  | { readonly code: 'CellNotFound'; readonly cell: string }
  | { readonly code: 'CellExists'; readonly cell: string }
  /** `what` it has: the api's own actors, hosts, or instances. */
  | { readonly code: 'CellInUse'; readonly cell: string; readonly what: 'api' | 'hosts' | 'instances' }
  | { readonly code: 'HostNotMapped'; readonly cell: string; readonly host: string };

/** What an ask of it is answered with; whoever asked a project for instances is answered as by that. */
export type CellMappingReply = Result<null, CellRefusal>;

export const cellMapping = protocol<CellMappingMessage, CellMappingReply>('cell-mapping');
