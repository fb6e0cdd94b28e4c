import type { CapturedRoot } from './hypervisor.ts';
import type { ContentError, ContentResult, DiskFormat, StoredContent } from './images.ts';
import { type DriverError, type DriverResult, driverFailed, driverOk } from './result.ts';

/** What became of the bytes of a snapshot, in the words of drivers. */
export const capturedRoot = (
  taken: ContentResult<StoredContent>,
  diskFormat: DiskFormat,
): DriverResult<CapturedRoot> =>
  taken.ok ? driverOk({ ...taken.value, diskFormat }) : driverFailed(errorOf(taken.error));

function errorOf(error: ContentError): DriverError {
  switch (error.code) {
    case 'ContentTooLarge':
      return { code: 'OutOfResources', reason: `the image would be larger than ${error.limitBytes} bytes` };
    case 'StoreFull':
      return { code: 'OutOfResources', reason: 'the image store has no room' };
    case 'ContentNotFound':
      return { code: 'HypervisorFailed', reason: 'the image store has lost the image' };
    case 'UploadInterrupted':
      return { code: 'TimedOut', reason: error.reason };
    case 'ContentMislabelled':
    case 'ContentUnusable':
    case 'StoreFailed':
      return { code: 'HypervisorFailed', reason: error.reason };
  }
}
