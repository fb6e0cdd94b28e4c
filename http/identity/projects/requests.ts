import * as v from 'valibot';
import { IDENTITY_LIMITS } from '../../../actors/identity/protocol.ts';
import { descriptionField, enabledField, idField, noOptionsField, projectNameField } from '../requests.ts';

const tagField = v.pipe(
  v.string('It must be text.'),
  v.minLength(1, 'It must not be empty.'),
  v.maxLength(IDENTITY_LIMITS.tagMax, `It must have at most ${IDENTITY_LIMITS.tagMax} characters.`),
  v.regex(/^[^,/]*$/, 'It must have neither a comma nor a slash.'),
);

const changeable = {
  description: v.optional(v.nullable(descriptionField)),
  enabled: v.optional(enabledField),
  options: v.optional(noOptionsField),
  tags: v.optional(
    v.pipe(
      v.array(tagField, 'It must be a list.'),
      v.maxLength(IDENTITY_LIMITS.tagsMax, `It must have at most ${IDENTITY_LIMITS.tagsMax} entries.`),
    ),
  ),
};

/** POST /projects. Source: keystone/resource/schema.py. Projects are neither domains nor nested. */
export const createProjectBody = v.strictObject({
  project: v.strictObject({
    ...changeable,
    name: projectNameField,
    domain_id: v.optional(v.nullable(idField)),
    parent_id: v.optional(v.nullable(idField)),
    is_domain: v.optional(v.literal(false, 'Domains cannot be made.')),
  }),
});

/** PATCH /projects/{id}. */
export const updateProjectBody = v.strictObject({
  project: v.strictObject({ ...changeable, name: v.optional(projectNameField), domain_id: v.optional(idField) }),
});
