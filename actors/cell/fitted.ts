import { cardsOn } from '../scheduler/filters/port-cards.ts';
import { fitOn, wantedFit } from '../scheduler/fit-wanted.ts';
import type { Fitted } from '../scheduler/host-fittings.ts';
import type { OnCards } from '../scheduler/same-card.ts';
import type { CellState } from './handle.ts';
import type { ClaimRequest } from './protocol.ts';

/** NUMA cells, processors and devices of the chosen host that a claim takes: where the filters have seen that it fits. Undefined: none. */
export function fittedOn({ hosts, scheduler }: CellState, host: string, request: ClaimRequest): Fitted | undefined {
  const wanted = wantedFit(request, scheduler.rules.options);
  const row = wanted && hosts.row(host);
  return wanted !== undefined && row !== undefined ? fitOn(hosts, row, wanted) : undefined;
}

/** What a claim takes of the chosen host when ports are to have bandwidth and device of one card. Undefined: none is. */
export function cardsOf({ hosts, scheduler }: CellState, host: string, request: ClaimRequest): OnCards | undefined {
  const row = hosts.row(host);
  return row === undefined ? undefined : cardsOn(hosts, row, request, scheduler.rules.options);
}
