import * as v from 'valibot';
import { descriptionField, nameField, noOptionsField } from '../requests.ts';

const changeable = { description: v.optional(v.nullable(descriptionField)), options: v.optional(noOptionsField) };

/** POST /roles. Source: keystone/assignment/schema.py. */
export const createRoleBody = v.strictObject({
  role: v.strictObject({
    ...changeable,
    name: nameField,
    domain_id: v.optional(v.null('Roles of a domain cannot be made.')),
  }),
});

/** PATCH /roles/{id}. */
export const updateRoleBody = v.strictObject({ role: v.strictObject({ ...changeable, name: v.optional(nameField) }) });
