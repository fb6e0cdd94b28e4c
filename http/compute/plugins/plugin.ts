import type { Caller } from '../../../drivers/identity.ts';
import type { Reader } from '../../../runtime/store.ts';
import type { Microversion } from '../../microversions.ts';
import type { PolicyDefinition } from '../../policy.ts';
import type { Route } from '../../route.ts';
import type { PluginRule } from '../policies.ts';
import type { ComputeServices } from '../services.ts';

/** Resources of the core whose bodies a plug-in may add fields to. */
export const EXTENSIBLE = {
  server: { many: 'servers', paths: ['/servers/{id}', '/servers/detail'] },
  flavor: { many: 'flavors', paths: ['/flavors/{id}', '/flavors/detail'] },
  keypair: { many: null, paths: ['/os-keypairs/{id}'] },
  hypervisor: { many: 'hypervisors', paths: ['/os-hypervisors/{id}', '/os-hypervisors/detail'] },
} as const;

/** A resource that can have fields more. */
export type ExtensibleResource = keyof typeof EXTENSIBLE;

/** What a field is made from. */
export interface FieldInput {
  /** The resource as it is about to be sent. Other plug-ins may have added to it. */
  readonly item: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  readonly version: Microversion;
  readonly reader: Reader;
}

/** A field more in the body of a resource. Only GET shows it: what the answer to a change says stays the core's. */
export interface ResponseField {
  readonly resource: ExtensibleResource;
  /** `NAME:field`, NAME that of the plug-in. */
  readonly name: string;
  /** First and last microversion, both included. @default all */
  readonly from?: Microversion;
  readonly until?: Microversion;
  /** Its value, plain JSON; undefined: not shown. Called for each item of a list: must be quick and must not throw. */
  readonly value: (input: FieldInput) => unknown;
}

/** Something that adds to the Compute API. See docs/api-plugins.md. */
export interface ApiPlugin {
  /** Lower-case letters, digits and hyphens; stands in all that the plug-in adds. */
  readonly name: string;
  /** Paths have a segment `x-NAME`, actions begin with `NAME:`. Every route has a policy. */
  readonly routes?: readonly Route<ComputeServices>[];
  /** Rules of its own, named `plugin:NAME:…`. An operator's policy file may replace them like others. */
  readonly policies?: Readonly<Record<PluginRule, PolicyDefinition>>;
  readonly fields?: readonly ResponseField[];
}
