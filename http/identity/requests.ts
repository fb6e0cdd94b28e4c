import * as v from 'valibot';
import { IDENTITY_LIMITS } from '../../actors/identity/protocol.ts';
import { failed, ok, type Result } from '../../runtime/result.ts';
import type { IdentityFault } from './faults.ts';
import { IDENTITY_HTTP_LIMITS } from './limits.ts';

/** Parts of bodies that several requests have. Lengths are Keystone's (keystone/common/validation/parameter_types.py). */

const DESCRIBED_LENGTH_MAX = 200;

/** Text without control characters at all: names are shown in terminals. */
const visible = v.regex(/^[^\p{Cc}]*$/u, 'It must not have control characters.');

const nameOfAtMost = (lengthMax: number) =>
  v.pipe(
    v.string('It must be text.'),
    v.minLength(1, 'It must not be empty.'),
    v.maxLength(lengthMax, `It must have at most ${lengthMax} characters.`),
    visible,
    v.regex(/\S/, 'It must not be blank.'),
  );

/** Name of a user, role or application credential. */
export const nameField = nameOfAtMost(IDENTITY_LIMITS.nameMax);
/** Name of a project or domain. */
export const projectNameField = nameOfAtMost(IDENTITY_LIMITS.projectNameMax);
/** An id in a body: anything short; what does not exist is told later. */
export const idField = nameOfAtMost(64);
/** A description. */
export const descriptionField = v.pipe(
  v.string('It must be text.'),
  v.maxLength(IDENTITY_LIMITS.descriptionMax, `It must have at most ${IDENTITY_LIMITS.descriptionMax} characters.`),
);
/** Whether something is enabled. */
export const enabledField = v.boolean('It must be true or false.');
/** The options of a resource: none can be set here. */
export const noOptionsField = v.strictObject({}, 'No options can be set.');

/** A password on login: its length is bounded, and nothing else is looked at. */
export const givenPasswordField = v.pipe(
  v.string('It must be text.'),
  v.maxLength(IDENTITY_HTTP_LIMITS.passwordLengthMax, 'It is too long.'),
);

/** A new password, of at least so many characters. */
export const newPasswordField = (lengthMin: number) =>
  v.pipe(givenPasswordField, v.minLength(lengthMin, `It must have at least ${lengthMin} characters.`));

/** Checks a body. The 400 names the field, and repeats nothing of a value: it may be a secret. */
export function checked<Schema extends v.GenericSchema>(
  schema: Schema,
  body: unknown,
): Result<v.InferOutput<Schema>, IdentityFault> {
  const result = v.safeParse(schema, body, { abortEarly: true });
  if (result.success) return ok(result.output);
  const [issue] = result.issues;
  const field = (v.getDotPath(issue) ?? '').slice(0, DESCRIBED_LENGTH_MAX);
  return failed({
    status: 400,
    message:
      field === '' ? `Invalid body: ${reasonOf(issue)}` : `Invalid input for field '${field}': ${reasonOf(issue)}`,
  });
}

function reasonOf(issue: v.BaseIssue<unknown>): string {
  if (issue.expected === 'never') return 'It is not known here.';
  if (issue.kind === 'schema' && issue.input === undefined) return 'It is required.';
  // Our own sentences end with a full stop; valibot's repeat what was received.
  return issue.message.endsWith('.') ? issue.message : `It must be of type ${issue.expected ?? issue.type}.`;
}
