/** Why a driver could not do what it was asked. A code exists only where a caller reacts to it in its own way. */
export type DriverError =
  /** The guest does not exist on this host. */
  | { readonly code: 'GuestNotFound'; readonly instanceId: string }
  /** The host or its hypervisor does not answer; the outcome is unknown, and repeating the order is safe. */
  | { readonly code: 'Unreachable'; readonly reason: string }
  /** The order was aborted, or took longer than its limit. Repeating it is safe. */
  | { readonly code: 'TimedOut'; readonly reason: string }
  /** The host lacks memory, disk, processors or ports for the guest. */
  | { readonly code: 'OutOfResources'; readonly reason: string }
  /** The image cannot be used as a disk: damaged, of another format than declared, or larger than the disk. */
  | { readonly code: 'ImageUnusable'; readonly reason: string }
  /** The driver's capability table says no. */
  | { readonly code: 'Unsupported'; readonly capability: string }
  /** The hypervisor refused or failed, and says why. */
  | { readonly code: 'HypervisorFailed'; readonly reason: string };

/** The outcome of a driver call. Expected failures are values; a thrown error is a bug of the driver. */
export type DriverResult<T = null> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: DriverError };

/** Wraps a value as a success. */
export const driverOk = <T>(value: T): DriverResult<T> => ({ ok: true, value });

/** Wraps an error as a failure. */
export const driverFailed = (error: DriverError): { readonly ok: false; readonly error: DriverError } => ({
  ok: false,
  error,
});
