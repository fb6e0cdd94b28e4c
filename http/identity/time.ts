/** A moment as Keystone writes it: UTC with microseconds. `ms`: since 1970. */
export const keystoneTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');
