import type { ContentResult, DiskFormat } from '../../images.ts';
import type { ByteSource } from './byte-source.ts';
import { formatOf } from './format.ts';
import { inspectQcow2 } from './qcow2.ts';

/**
 * Inspects image bytes before anything uses them: they must be what they are declared to be. Answers the size of the
 * disk in them, in bytes. Errors: ContentMislabelled, ContentUnusable.
 */
export async function inspectContent(source: ByteSource, declared: DiskFormat): Promise<ContentResult<number>> {
  if (source.sizeBytes === 0) return unusable('The image is empty.');
  const found = await formatOf(source);
  if (found !== declared) {
    const reason = `The image is not what it says it is: declared as ${declared}, but its content is ${found}.`;
    return { ok: false, error: { code: 'ContentMislabelled', reason } };
  }
  switch (declared) {
    case 'raw':
      return { ok: true, value: source.sizeBytes };
    case 'qcow2': {
      const inspection = await inspectQcow2(source);
      if (inspection.ok) return { ok: true, value: inspection.virtualSizeBytes };
      return unusable(`The qcow2 image cannot be used: ${inspection.reason}.`);
    }
  }
}

const unusable = (reason: string): ContentResult<number> => ({ ok: false, error: { code: 'ContentUnusable', reason } });
