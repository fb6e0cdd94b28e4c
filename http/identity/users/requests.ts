import * as v from 'valibot';
import {
  descriptionField,
  enabledField,
  givenPasswordField,
  idField,
  nameField,
  newPasswordField,
  noOptionsField,
} from '../requests.ts';

const changeable = (passwordLengthMin: number) => ({
  password: v.optional(v.nullable(newPasswordField(passwordLengthMin))),
  enabled: v.optional(enabledField),
  email: v.optional(v.nullable(nameField)),
  description: v.optional(v.nullable(descriptionField)),
  default_project_id: v.optional(v.nullable(idField)),
  options: v.optional(noOptionsField),
});

/** POST /users. Source: keystone/identity/schema.py. */
export const createUserBody = (passwordLengthMin: number) =>
  v.strictObject({
    user: v.strictObject({
      ...changeable(passwordLengthMin),
      name: nameField,
      domain_id: v.optional(v.nullable(idField)),
      // An attribute of version 2 that clients go on sending; Keystone makes nothing of it, either.
      project_id: v.optional(v.nullable(idField)),
    }),
  });

/** PATCH /users/{id}. */
export const updateUserBody = (passwordLengthMin: number) =>
  v.strictObject({
    user: v.strictObject({
      ...changeable(passwordLengthMin),
      name: v.optional(nameField),
      domain_id: v.optional(idField),
    }),
  });

/** POST /users/{id}/password. */
export const changePasswordBody = (passwordLengthMin: number) =>
  v.strictObject({
    user: v.strictObject({ original_password: givenPasswordField, password: newPasswordField(passwordLengthMin) }),
  });
