import type { PlacementError } from '../../actors/placement/client.ts';
import type { AskError } from '../../runtime/message.ts';
import { type Problem, type ProblemCode, problem } from './answer.ts';

type Code = PlacementError['code'];
type Of<C extends Code> = Extract<PlacementError, { code: C }>;

interface ErrorRow<C extends Code> {
  readonly status: number;
  readonly code?: ProblemCode;
  readonly isOutside?: true;
  /** What Placement's exception says. */
  readonly text: (error: Of<C>) => string;
}

const inventoryOf = ({ resourceClass, providerId }: { resourceClass: string; providerId: string }): string =>
  `'${resourceClass}' on resource provider '${providerId}'`;

/** Somebody else has changed it since the client read it. */
export const CONCURRENT_UPDATE = 'placement.concurrent_update';

/** Every error of placement: texts are those of placement/exception.py, to which routes add theirs. */
const ERRORS: { readonly [C in Code]: ErrorRow<C> } = {
  ProviderNotFound: {
    status: 404,
    isOutside: true,
    text: (e) => `No resource provider with uuid ${e.providerId} found`,
  },
  ProviderExists: { status: 409, code: 'placement.duplicate_name', text: (e) => e.taken },
  ProviderRefused: {
    status: 400,
    text: (e) => `Object action ${e.action} failed because: ${e.reason}`,
  },
  ProviderInUse: {
    status: 409,
    code: 'placement.resource_provider.inuse',
    text: (e) => `Unable to delete resource provider ${e.providerId}: Resource provider has allocations.`,
  },
  ProviderHasChildren: {
    status: 409,
    code: 'placement.resource_provider.cannot_delete_parent',
    text: (e) => `Unable to delete parent resource provider ${e.providerId}: It has child resource providers.`,
  },
  ProviderChanged: { status: 409, code: CONCURRENT_UPDATE, text: () => 'resource provider generation conflict' },
  InventoryExists: {
    status: 409,
    code: CONCURRENT_UPDATE,
    text: (e) => `Update conflict: Inventory for ${inventoryOf(e)} already exists.`,
  },
  InventoryNotFound: { status: 404, text: (e) => `No inventory of class ${e.resourceClass} found.` },
  InventoryInUse: {
    status: 409,
    code: 'placement.inventory.inuse',
    text: (e) => `Inventory for '${e.resourceClasses.join(', ')}' on resource provider '${e.providerId}' in use.`,
  },
  ClassNotFound: { status: 404, isOutside: true, text: (e) => `No such resource class ${e.name}.` },
  ClassExists: { status: 409, text: (e) => `Conflicting resource class already exists: ${e.name}` },
  ClassStandard: { status: 400, text: (e) => `Cannot update standard resource class ${e.name}` },
  ClassInUse: {
    status: 409,
    text: (e) => `Cannot delete resource class ${e.name}. Class is in use in inventory.`,
  },
  TraitsNotFound: { status: 404, text: (e) => `No such trait(s): ${e.names.join(', ')}.` },
  TraitStandard: { status: 400, text: (e) => `Cannot delete standard trait ${e.name}.` },
  TraitInUse: { status: 409, text: (e) => `The trait ${e.name} is in use by a resource provider.` },
  ConsumerChanged: {
    status: 409,
    code: CONCURRENT_UPDATE,
    text: (e) => `consumer generation conflict - expected ${e.expected ?? 'null'} but got ${e.got ?? 'None'}`,
  },
  ConsumerNotFound: { status: 404, text: (e) => `No allocations for consumer '${e.consumerId}'` },
  ConsumerTwice: {
    status: 400,
    text: (e) => `One request says once what a consumer is to take; consumer '${e.consumerId}' is in this one twice.`,
  },
  SeveralCells: {
    status: 409,
    text: (e) => `One request changes what is in one cell; this one is about ${e.cells.join(' and ')}.`,
  },
  AllocationProviderNotFound: {
    status: 400,
    text: (e) => `Allocation for resource provider '${e.providerId}' that does not exist.`,
  },
  InventoryMissing: {
    status: 409,
    text: (e) => `Unable to allocate inventory: Inventory for ${inventoryOf(e)} invalid.`,
  },
  ConstraintsViolated: {
    status: 409,
    text: (e) =>
      `Unable to allocate inventory: Unable to create allocation for ${inventoryOf(e)}. The requested amount would violate inventory constraints.`,
  },
  CapacityExceeded: {
    status: 409,
    text: (e) =>
      `Unable to allocate inventory: Unable to create allocation for ${inventoryOf(e)}. The requested amount would exceed the capacity.`,
  },
};

/** How a route tells an error otherwise than the table: another status, code, or text around that of the error. */
export type Telling = { readonly [C in Code]?: (text: string, error: Of<C>) => Problem };

const told = <C extends Code>(code: C, error: Of<C>, telling: Telling): Problem => {
  const row = ERRORS[code];
  const text = row.text(error);
  const own = telling[code];
  return own ? own(text, error) : problem(row.status, text, row.code, row.isOutside ? { isOutside: true } : {});
};

/** The problem of an error. Reasons of the controller itself stay inside: they may name its files. */
export function problemOf(error: PlacementError | AskError, telling: Telling = {}): Problem {
  switch (error.code) {
    case 'MailboxFull':
    case 'ShardStopped':
    case 'AskTimedOut':
    case 'StoreFailed':
      return problem(503, '', undefined, { headers: { 'Retry-After': '1' } });
    case 'HandlerFailed':
      return problem(500, '');
    default:
      return told(error.code, error, telling);
  }
}
