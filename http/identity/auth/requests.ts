import * as v from 'valibot';
import { checked, givenPasswordField, idField, nameField, projectNameField } from '../requests.ts';

const domainReference = v.pipe(
  v.strictObject({ id: v.optional(idField), name: v.optional(projectNameField) }),
  v.check(({ id, name }) => id !== undefined || name !== undefined, 'It must have an id or a name.'),
);

/** A user or project: by id, or by name within a domain. */
const isReference = ({ id, name, domain }: { id?: unknown; name?: unknown; domain?: unknown }): boolean =>
  id !== undefined || (name !== undefined && domain !== undefined);
const REFERENCE = 'It must have an id, or a name and a domain.';

const userFields = { id: v.optional(idField), name: v.optional(nameField), domain: v.optional(domainReference) };

const passwordMethod = v.strictObject({
  user: v.pipe(
    v.strictObject({ ...userFields, password: givenPasswordField }),
    v.check((value) => isReference(value), REFERENCE),
  ),
});

const tokenMethod = v.strictObject({ id: v.string('It must be text.') });

const applicationCredentialMethod = v.pipe(
  v.strictObject({
    id: v.optional(idField),
    name: v.optional(nameField),
    user: v.optional(
      v.pipe(
        v.strictObject(userFields),
        v.check((value) => isReference(value), REFERENCE),
      ),
    ),
    secret: givenPasswordField,
  }),
  v.check(
    ({ id, name, user }) => id !== undefined || (name !== undefined && user !== undefined),
    'It must have an id, or a name and a user.',
  ),
);

const projectScope = v.pipe(
  v.strictObject({
    id: v.optional(idField),
    name: v.optional(projectNameField),
    domain: v.optional(domainReference),
  }),
  v.check((value) => isReference(value), REFERENCE),
);

const scope = v.pipe(
  v.strictObject({
    project: v.optional(projectScope),
    domain: v.optional(domainReference),
    system: v.optional(v.strictObject({ all: v.literal(true, 'It must be true.') })),
    unscoped: v.optional(v.strictObject({})),
  }),
  v.check((value) => Object.keys(value).length === 1, 'It must be one of project, domain, system and unscoped.'),
);

const METHODS = ['password', 'token', 'application_credential'] as const;

const loginBody = v.strictObject({
  auth: v.strictObject({
    identity: v.strictObject({
      methods: v.strictTuple(
        [v.picklist(METHODS, `It must be one of ${METHODS.join(', ')}.`)],
        'It must be a list of one method.',
      ),
      password: v.optional(passwordMethod),
      token: v.optional(tokenMethod),
      application_credential: v.optional(applicationCredentialMethod),
    }),
    scope: v.optional(v.lazy((input) => (input === 'unscoped' ? v.literal('unscoped') : scope))),
  }),
});

/** What a login says. */
export type Login = v.InferOutput<typeof loginBody>['auth'];
export type LoginScope = Exclude<NonNullable<Login['scope']>, string>;
export type PasswordMethod = NonNullable<Login['identity']['password']>;
export type ApplicationCredentialMethod = NonNullable<Login['identity']['application_credential']>;
export type UserReference = NonNullable<ApplicationCredentialMethod['user']>;
export type DomainReference = NonNullable<UserReference['domain']>;

/** Checks the body of a login. Source: keystone/auth/schema.py. */
export const checkedLogin = (body: unknown) => checked(loginBody, body);
