/** Why the identity service refused. Plain data; `http/identity/faults.ts` turns each into Keystone's answer. */
export type IdentityError =
  | { readonly code: 'ProjectNotFound'; readonly projectId: string }
  | { readonly code: 'ProjectExists'; readonly name: string; readonly domainId: string }
  | { readonly code: 'UserNotFound'; readonly userId: string }
  | { readonly code: 'UserExists'; readonly name: string; readonly domainId: string }
  | { readonly code: 'RoleNotFound'; readonly roleId: string }
  | { readonly code: 'RoleExists'; readonly name: string }
  /** The roles that the services' policies are about can be neither renamed nor deleted. */
  | { readonly code: 'RoleIsImmutable'; readonly roleId: string }
  | { readonly code: 'DomainNotFound'; readonly domainId: string }
  | {
      readonly code: 'RoleAssignmentNotFound';
      readonly roleId: string;
      readonly userId: string;
      readonly target: string;
    }
  | { readonly code: 'ApplicationCredentialNotFound'; readonly applicationCredentialId: string }
  | { readonly code: 'ApplicationCredentialExists'; readonly name: string; readonly userId: string }
  | { readonly code: 'ApplicationCredentialLimitExceeded'; readonly allowed: number }
  /** A role asked for an application credential is not one of the user's roles on the project. */
  | { readonly code: 'RoleNotAssigned'; readonly roleId: string }
  /** The password was changed by someone else since it was checked. */
  | { readonly code: 'PasswordChangedMeanwhile'; readonly userId: string }
  /** The service has no administrator yet, and no password for one was given. */
  | { readonly code: 'AdminPasswordNeeded' };
