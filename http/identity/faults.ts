import type { IdentityError } from '../../actors/identity/protocol.ts';
import type { AskError } from '../../runtime/message.ts';
import type { PasswordsBusy } from './passwords.ts';

/** A refusal as HTTP tells it. */
export interface IdentityFault {
  readonly status: number;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

/** Everything that can go wrong behind the identity API. */
export type IdentityFailure = IdentityError | AskError | PasswordsBusy;

type FaultTable = {
  readonly [Code in IdentityFailure['code']]: (error: Extract<IdentityFailure, { code: Code }>) => IdentityFault;
};

const notFound = (what: string, id: string): IdentityFault => ({
  status: 404,
  message: `Could not find ${what}: ${id}.`,
});

const conflict = (what: string, detail: string): IdentityFault => ({
  status: 409,
  message: `Conflict occurred attempting to store ${what} - ${detail}.`,
});

const duplicate = (name: string, domainId: string): string =>
  `Duplicate entry found with name ${name} at domain ID ${domainId}`;

const BUSY: IdentityFault = {
  status: 503,
  message: 'The service is busy; try again in a moment.',
  retryAfterSeconds: 1,
};
const BROKEN: IdentityFault = {
  status: 500,
  message: 'An unexpected error prevented the server from fulfilling your request.',
};

/** One row for each code; wording as keystone/exception.py, so that clients that look at it go on working. */
const FAULTS: FaultTable = {
  ProjectNotFound: (error) => notFound('project', error.projectId),
  UserNotFound: (error) => notFound('user', error.userId),
  RoleNotFound: (error) => notFound('role', error.roleId),
  DomainNotFound: (error) => notFound('domain', error.domainId),
  ApplicationCredentialNotFound: (error) => notFound('Application Credential', error.applicationCredentialId),
  RoleAssignmentNotFound: ({ roleId, userId, target }) =>
    notFound('role assignment with role', `${roleId}, user or group: ${userId}, project, domain, or system: ${target}`),
  ProjectExists: (error) => conflict('project', duplicate(error.name, error.domainId)),
  UserExists: (error) => conflict('user', duplicate(error.name, error.domainId)),
  RoleExists: (error) => conflict('role', `Duplicate entry found with name ${error.name}`),
  ApplicationCredentialExists: (error) =>
    conflict('application_credential', `Duplicate entry found with name ${error.name} at user ID ${error.userId}`),
  RoleIsImmutable: (error) => ({
    status: 403,
    message: `Cannot change or delete role ${error.roleId}: it is immutable.`,
  }),
  ApplicationCredentialLimitExceeded: (error) => ({
    status: 403,
    message: `Unable to create additional application credentials, maximum of ${error.allowed} already exceeded for user.`,
  }),
  RoleNotAssigned: (error) => ({
    status: 400,
    message: `Invalid application credential: Could not find role assignment with role: ${error.roleId}.`,
  }),
  PasswordChangedMeanwhile: () => UNAUTHENTICATED,
  AdminPasswordNeeded: () => BROKEN,
  PasswordsBusy: () => BUSY,
  MailboxFull: (error) => ({ ...BUSY, retryAfterSeconds: Math.max(1, Math.ceil(error.retryAfterMs / 1000)) }),
  AskTimedOut: () => BUSY,
  ShardStopped: () => BUSY,
  StoreFailed: () => BUSY,
  HandlerFailed: () => BROKEN,
};

/** What whoever is not known is told, whatever the reason: it must not tell a wrong password from an unknown user. */
export const UNAUTHENTICATED: IdentityFault = {
  status: 401,
  message: 'The request you have made requires authentication.',
};

const faultBy = <Code extends IdentityFailure['code']>(
  code: Code,
  error: Extract<IdentityFailure, { code: Code }>,
): IdentityFault => FAULTS[code](error);

/** How a failure is told. */
export const faultOf = (error: IdentityFailure): IdentityFault => faultBy(error.code, error);

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** The body of a fault. */
export const faultBody = ({ status, message }: IdentityFault): string =>
  JSON.stringify({ error: { code: status, message, title: TITLES[status] ?? 'Error' } });
