import * as v from 'valibot';
import { parseIsoTime } from '../../formats.ts';
import { descriptionField, idField, nameField, newPasswordField } from '../requests.ts';

const ROLES_MAX = 50;

const roleReference = v.pipe(
  v.strictObject({ id: v.optional(idField), name: v.optional(nameField) }),
  v.check(({ id, name }) => id !== undefined || name !== undefined, 'It must have an id or a name.'),
);

const timeField = v.pipe(
  v.string('It must be text.'),
  v.maxLength(64, 'It is too long.'),
  v.transform(parseIsoTime),
  v.number('It must be a time in the form of ISO 8601.'),
);

/** POST /users/{id}/application_credentials. Source: keystone/application_credential/schema.py. No access rules here. */
export const createApplicationCredentialBody = (secretLengthMin: number) =>
  v.strictObject({
    application_credential: v.strictObject({
      name: nameField,
      description: v.optional(v.nullable(descriptionField)),
      secret: v.optional(v.nullable(newPasswordField(secretLengthMin))),
      roles: v.optional(
        v.nullable(
          v.pipe(
            v.array(roleReference, 'It must be a list.'),
            v.maxLength(ROLES_MAX, `It must have at most ${ROLES_MAX} entries.`),
          ),
        ),
      ),
      expires_at: v.optional(v.nullable(timeField)),
      unrestricted: v.optional(v.nullable(v.boolean('It must be true or false.'))),
      access_rules: v.optional(
        v.nullable(v.pipe(v.array(v.unknown()), v.maxLength(0, 'Access rules are not known here.'))),
      ),
    }),
  });
