/** A failure or a value, as plain data: it crosses threads, machines and restarts. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** Wraps a value as a success. */
export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

/** Wraps an error as a failure. */
export const failed = <E>(error: E): { readonly ok: false; readonly error: E } => ({ ok: false, error });
