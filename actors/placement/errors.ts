/** Why a change of placement was refused. Plain data; `http/placement/` says how each is told. */
export type PlacementError =
  | { readonly code: 'ProviderNotFound'; readonly providerId: string }
  /** `taken` says what is: `name: a`, `uuid: …`, or both. */
  | { readonly code: 'ProviderExists'; readonly taken: string }
  | { readonly code: 'ProviderRefused'; readonly action: 'create' | 'update'; readonly reason: string }
  | { readonly code: 'ProviderInUse'; readonly providerId: string }
  | { readonly code: 'ProviderHasChildren'; readonly providerId: string }
  /** The provider has been changed since the writer read it. */
  | {
      readonly code: 'ProviderChanged';
      readonly providerId: string;
      readonly actual: number;
      readonly given: number;
    }
  | { readonly code: 'InventoryExists'; readonly resourceClass: string; readonly providerId: string }
  | { readonly code: 'InventoryNotFound'; readonly resourceClass: string; readonly providerId: string }
  | { readonly code: 'InventoryInUse'; readonly resourceClasses: readonly string[]; readonly providerId: string }
  | { readonly code: 'ClassNotFound'; readonly name: string }
  | { readonly code: 'ClassExists'; readonly name: string }
  | { readonly code: 'ClassStandard'; readonly name: string }
  | { readonly code: 'ClassInUse'; readonly name: string }
  | { readonly code: 'TraitsNotFound'; readonly names: readonly string[] }
  | { readonly code: 'TraitStandard'; readonly name: string }
  | { readonly code: 'TraitInUse'; readonly name: string }
  /** `expected`, `got`: null stands for a consumer that is not there yet. */
  | { readonly code: 'ConsumerChanged'; readonly expected: number | null; readonly got: number | null }
  | { readonly code: 'ConsumerNotFound'; readonly consumerId: string }
  /** One change says of one consumer in two places what it is to take. */
  | { readonly code: 'ConsumerTwice'; readonly consumerId: string }
  /** One change is made by one cell. */
  | { readonly code: 'SeveralCells'; readonly cells: readonly string[] }
  /** An allocation names a provider that is not there. */
  | { readonly code: 'AllocationProviderNotFound'; readonly providerId: string }
  | { readonly code: 'InventoryMissing'; readonly resourceClass: string; readonly providerId: string }
  | { readonly code: 'ConstraintsViolated'; readonly resourceClass: string; readonly providerId: string }
  | { readonly code: 'CapacityExceeded'; readonly resourceClass: string; readonly providerId: string };
