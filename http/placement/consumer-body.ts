import * as v from 'valibot';
import type { ConsumerAllocations } from '../../actors/placement/client.ts';
import type { Resources } from '../../actors/placement/row.ts';
import { list, map, type Schema } from '../parameter.ts';
import { object } from '../shape.ts';
import { always } from '../stepped.ts';
import {
  byUuid,
  consumerGeneration,
  consumerType,
  fixed,
  generation,
  notEmpty,
  ownerId,
  resources,
  uuidField,
} from './fields.ts';
import type { Versioned } from './microversion.ts';

/** What is sent of a consumer. */
export type ConsumerBody = Omit<ConsumerAllocations, 'consumerId'>;

type ByProvider = Readonly<Record<string, Resources>>;

/** Who a consumer belongs to when a writer of before 1.8 did not say it. Placement: `incomplete_consumer_project_id`. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

interface Sent {
  readonly allocations: ByProvider;
  readonly project_id?: string | undefined;
  readonly user_id?: string | undefined;
  readonly consumer_generation?: number | null | undefined;
  readonly consumer_type?: string | undefined;
}

const bodyOf = (sent: Sent): ConsumerBody => ({
  allocations: sent.allocations,
  projectId: sent.project_id ?? NOBODY,
  userId: sent.user_id ?? NOBODY,
  generation: sent.consumer_generation,
  consumerType: sent.consumer_type,
});

/** Up to 1.11 a list; of a provider that stands twice the last entry counts. */
const inList: Schema<ByProvider> = v.pipe(
  list(
    fixed(
      object({
        resource_provider: always(fixed(object({ uuid: always(uuidField) }))),
        resources: always(resources),
      }),
    ),
    { minItems: 1 },
  ),
  v.transform((all) => Object.fromEntries(all.map((one) => [one.resource_provider.uuid, one.resources]))),
);

const byProvider: Schema<ByProvider> = v.pipe(
  byUuid(fixed(object({ generation: always(v.optional(generation)), resources: always(resources) }))),
  v.transform((all) =>
    Object.fromEntries(Object.entries(all).map(([id, one]): [string, Resources] => [id, one.resources])),
  ),
);

const owner = { project_id: always(ownerId), user_id: always(ownerId) };
const counted = { ...owner, consumer_generation: always(consumerGeneration) };
// Who serves which group is for the writer alone: it is taken and forgotten.
const mappings = always(v.optional(notEmpty(map('[a-zA-Z0-9_-]{1,64}|^$', list(uuidField, { minItems: 1 })))));
const mapped = { ...counted, mappings };
const typed = { ...mapped, consumer_type: always(consumerType) };

const toBody = (sent: Schema<Sent>): Schema<ConsumerBody> => v.pipe(sent, v.transform(bodyOf));
const WITH_LIST = toBody(fixed(object({ allocations: always(inList) })));
const OWNED_LIST = toBody(fixed(object({ allocations: always(inList), ...owner })));
const OWNED = toBody(fixed(object({ allocations: always(notEmpty(byProvider)), ...owner })));
const OWNED_OR_EMPTY = toBody(fixed(object({ allocations: always(byProvider), ...owner })));
const COUNTED = toBody(fixed(object({ allocations: always(byProvider), ...counted })));
const MAPPED = toBody(fixed(object({ allocations: always(byProvider), ...mapped })));
const TYPED = toBody(fixed(object({ allocations: always(byProvider), ...typed })));

/** `PUT /allocations/{consumer_uuid}`. */
export const CONSUMER_BODY: Versioned<Schema<ConsumerBody>> = [
  [0, WITH_LIST],
  [8, OWNED_LIST],
  [12, OWNED],
  [28, COUNTED],
  [34, MAPPED],
  [38, TYPED],
];

const several = (body: Schema<ConsumerBody>): Schema<readonly ConsumerAllocations[]> =>
  v.pipe(
    byUuid(body),
    v.transform((all) => Object.entries(all).map(([consumerId, consumer]) => ({ consumerId, ...consumer }))),
  );

/** Several consumers, of which there may be none: those of a reshape, by minor version. */
export const CONSUMERS = { counted: several(COUNTED), mapped: several(MAPPED), typed: several(TYPED) };

const some = (body: Schema<readonly ConsumerAllocations[]>): Schema<readonly ConsumerAllocations[]> =>
  v.pipe(
    body,
    v.check((all) => all.length > 0, '{} does not have enough properties'),
  );

/** `POST /allocations`. */
export const CONSUMERS_BODY: Versioned<Schema<readonly ConsumerAllocations[]>> = [
  [13, some(several(OWNED_OR_EMPTY))],
  [28, some(CONSUMERS.counted)],
  [34, some(CONSUMERS.mapped)],
  [38, some(CONSUMERS.typed)],
];
