import * as v from 'valibot';
import type { NetworkChange } from '../../actors/network/client.ts';
import { type Answer, badRequest, fault } from './faults.ts';
import { text } from './fields.ts';
import type { View } from './filters.ts';
import { changeRefusal } from './ownership.ts';
import type { NetworkRequest } from './request.ts';
import type { NetworkResource } from './resource.ts';

/** Neutron: 60 characters a tag; at most so many of a resource are taken here. */
const TAG_LENGTH_MAX = 60;
const TAGS_MAX = 50;

const tag = v.pipe(text(TAG_LENGTH_MAX), v.minLength(1), v.regex(/^[^,]*$/));
const tagsBody = v.strictObject({ tags: v.pipe(v.array(tag), v.maxLength(TAGS_MAX)) });

/** The tags of a resource as it is shown. */
export const tagsOf = (view: View): readonly string[] => {
  const { tags } = view;
  return Array.isArray(tags) ? tags.filter((one) => typeof one === 'string') : [];
};

/** The tags of a body, or the answer that refuses it. */
export const tagsOfBody = (body: unknown): readonly string[] | Answer => {
  const result = v.safeParse(tagsBody, body, { abortEarly: true });
  if (result.success) return result.output.tags;
  return badRequest(
    `Invalid input for tags. Reason: a list of at most ${TAGS_MAX} texts of 1 to ${TAG_LENGTH_MAX} characters without a comma is expected.`,
  );
};

/** A tag of a path, or the answer that refuses it. */
export const tagOfPath = (name: string): readonly string[] | Answer => tagsOfBody({ tags: [name] });

/** The change of a resource's tags, or the answer that refuses it. */
export function setTags(
  request: NetworkRequest,
  resource: NetworkResource,
  view: View,
  tags: readonly string[],
): NetworkChange | { readonly answer: Answer } {
  if (resource.tagged === null) return { answer: fault(404, 'HTTPNotFound', 'The resource could not be found.') };
  const refusal = changeRefusal(request, view['project_id'], `update_${resource.singular}`);
  if (refusal) return { answer: refusal };
  if (tags.length > TAGS_MAX)
    return { answer: badRequest(`Invalid input for tags. Reason: at most ${TAGS_MAX} are taken.`) };
  return { type: 'setTags', resource: resource.tagged, id: String(view['id']), tags };
}
