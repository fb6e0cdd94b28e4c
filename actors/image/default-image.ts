import type { ContentError, ImageStore } from '../../drivers/images.ts';
import type { AskError } from '../../runtime/message.ts';
import { ok, type Result } from '../../runtime/result.ts';
import type { Reader } from '../../runtime/store.ts';
import type { ActorSystem } from '../../runtime/system.ts';
import type { ImageError } from './errors.ts';
import { IMAGE_LIMITS } from './limits.ts';
import { IMAGE_ACTOR_ID, imageRegistry } from './protocol.ts';
import { defaultImages } from './row.ts';

/** The name of the image for simulated hosts. */
const SIM_IMAGE_NAME = 'sim';
const SIM_IMAGE_BYTES = 64 * 1024;

/**
 * Makes the public raw image `sim`, 64 KiB, for simulated hosts, at the first start. Repeating it changes nothing; one that was
 * deleted does not come back. `owner` is the project that it belongs to.
 */
export async function ensureDefaultImage(
  system: ActorSystem,
  reader: Reader,
  store: ImageStore,
  owner: string | null,
): Promise<Result<null, ImageError | ContentError | AskError>> {
  if (defaultImages.read(reader, SIM_IMAGE_NAME)) return ok(null);
  const order = { diskFormat: 'raw', expectedBytes: SIM_IMAGE_BYTES, signal: new AbortController().signal } as const;
  const content = await store.put(simImage(), order);
  if (!content.ok) return content;
  try {
    const outcome = await system.ask(
      imageRegistry.at(IMAGE_ACTOR_ID),
      { type: 'ensureDefault', name: SIM_IMAGE_NAME, owner, diskFormat: 'raw', content: content.value },
      { deadlineMs: IMAGE_LIMITS.askMs },
    );
    if (!outcome.ok) return outcome;
    return outcome.value.ok ? ok(null) : outcome.value;
  } finally {
    store.release(content.value.contentId);
  }
}

async function* simImage(): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.alloc(SIM_IMAGE_BYTES);
  bytes.write('An image for simulated hosts: it does not boot.\n');
  yield bytes;
}
