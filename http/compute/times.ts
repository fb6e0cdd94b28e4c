/** A moment as most fields show it: UTC, whole seconds. */
export const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

const withMicroseconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 23)}000`;

/** A moment as Nova's raw times show it: UTC, six digits of a second, no zone; null stays null. */
export const isoMicroseconds = (ms: number | null): string | null => (ms === null ? null : withMicroseconds(ms));
