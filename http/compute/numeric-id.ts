/**
 * The number of a thing that has only a UUID: services and hypervisors had numbers before 2.53. It is the last 31 bits
 * of the UUID (1 to 2,147,483,647), so it stays the same as long as the UUID does, also when hosts come and go. UUIDs
 * are random there: two of 1,000 hosts have the same number once in 4,000 clouds, and 2.53 tells them apart.
 */
export const numericId = (uuid: string): number => {
  const bits = Number.parseInt(uuid.replaceAll('-', '').slice(-8), 16) & 0x7fff_ffff;
  return Math.max(1, bits);
};
