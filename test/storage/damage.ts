import type { Random } from '../../runtime/random.ts';

/** Damages bytes as disks and people do; says how, and how many bytes are left of them. */
export function damage(bytes: Buffer, random: Random): { readonly kind: string; readonly length: number } {
  const below = (limit: number): number => Math.floor(random.fraction() * limit);
  const at = below(bytes.length);
  const dice = random.fraction();
  if (dice < 0.5) {
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << below(8)), at);
    return { kind: 'a flipped bit', length: bytes.length };
  }
  if (dice < 0.65) {
    // Where one bit does most: meta pages, heads of pages and lists of nodes.
    const head = Math.floor(at / 4_096) * 4_096 * below(2) + below(64);
    bytes.writeUInt8(bytes.readUInt8(head) ^ (1 << below(8)), head);
    return { kind: 'a flipped bit in the head of a page', length: bytes.length };
  }
  if (dice < 0.8) {
    for (let n = at; n < Math.min(at + 1 + below(200), bytes.length); n++) bytes.writeUInt8(below(256), n);
    return { kind: 'random bytes', length: bytes.length };
  }
  if (dice < 0.9) {
    bytes.fill(0, at - (at % 512), at - (at % 512) + 512);
    return { kind: 'a sector of zeros', length: bytes.length };
  }
  if (dice < 0.95) {
    const from = 4_096 * below(bytes.length / 4_096);
    bytes.copy(bytes, at - (at % 4_096), from, from + 4_096);
    return { kind: 'a page in place of another', length: bytes.length };
  }
  return { kind: 'cut off', length: at };
}
