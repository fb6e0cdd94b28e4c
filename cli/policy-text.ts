import { ALL_BASE_RULES, ALL_POLICIES, type AnyRule } from '../http/policies.ts';
import type { CompiledPolicies, PolicyDefinition } from '../http/policy.ts';

const DEFAULT_SCOPES = ['project'] as const;

const definitions = (): readonly (readonly [string, PolicyDefinition])[] => [
  ...Object.entries<PolicyDefinition>(ALL_BASE_RULES),
  ...Object.entries<PolicyDefinition>(ALL_POLICIES),
];

const scopesOf = ({ operations, scopes = DEFAULT_SCOPES }: PolicyDefinition): readonly string[] =>
  operations.length === 0 ? [] : scopes;

/** Every rule: default, what is in force, scope and operations. */
export function policyList(policies: CompiledPolicies<AnyRule>, asJson: boolean): string {
  const rows = definitions().map(([name, definition]) => ({
    name,
    default: definition.check,
    inForce: policies.checkOf(name) ?? '!',
    scopes: scopesOf(definition),
    operations: definition.operations,
  }));
  if (asJson) return `${JSON.stringify(rows, null, 2)}\n`;
  return rows
    .map(({ name, default: fallback, inForce, scopes, operations }) =>
      [
        name,
        `  default   ${fallback}`,
        ...(inForce === fallback ? [] : [`  in force  ${inForce}`]),
        ...(scopes.length === 0 ? [] : [`  scope     ${scopes.join(', ')}`]),
        ...operations.map((operation) => `  for       ${operation}`),
        '',
      ].join('\n'),
    )
    .join('\n');
}

const sampleOf = (name: string, definition: PolicyDefinition): string =>
  [
    `# ${definition.description}`,
    ...definition.operations.map((operation) => `# ${operation}`),
    ...scopesOf(definition).map((scope) => `# Scope: ${scope}`),
    ...(definition.deprecated
      ? [
          `# Before ${definition.deprecated.since || '21.0.0'}: ${definition.deprecated.name} as ${definition.deprecated.check}`,
        ]
      : []),
    `#${JSON.stringify(name)}: ${JSON.stringify(definition.check)}`,
    '',
  ].join('\n');

/** A policy file with every rule at its default, commented out: uncomment what is to change. */
export function policySample(): string {
  const head = `# Policy rules of Novella's Compute and Placement API, each with its default. Remove the # before a rule to change it, and name this
# file in the setting policy.file. It is read again when it changes; the language is explained in docs/policy.md.

`;
  return (
    head +
    definitions()
      .map(([name, definition]) => sampleOf(name, definition))
      .join('\n')
  );
}
