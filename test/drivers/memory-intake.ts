import { createHash } from 'node:crypto';
import type { ImageIntake } from '../../drivers/images.ts';

/** Takes snapshots into memory; a test looks at their bytes, and at what is held. */
export class MemoryIntake implements ImageIntake {
  readonly contents = new Map<string, Buffer>();
  held = 0;

  async put(bytes: AsyncIterable<Uint8Array>): ReturnType<ImageIntake['put']> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(chunk);
    const content = Buffer.concat(chunks);
    const contentId = createHash('sha512').update(content).digest('hex');
    const checksum = createHash('md5').update(content).digest('hex');
    this.contents.set(contentId, content);
    this.held += 1;
    const sizeBytes = content.length;
    return { ok: true, value: { contentId, checksum, sizeBytes, virtualSizeBytes: sizeBytes } };
  }

  release(): void {
    this.held -= 1;
  }
}
