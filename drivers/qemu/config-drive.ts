import type { GuestMetadata } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { type IsoFile, isoImage } from './iso9660.ts';
import { limits } from './limits.ts';

/**
 * The config drive of a guest: an ISO 9660 image with the volume name `config-2`, by which cloud-init and
 * cloudbase-init find it, and the files below `openstack/latest/`. Errors: HypervisorFailed (beyond the limit).
 * `created` is stamped on the files.
 */
export function configDrive(metadata: GuestMetadata, created: Date): DriverResult<Buffer> {
  const json = (value: unknown) => Buffer.from(JSON.stringify(value), 'utf8');
  const files: IsoFile[] = [
    { path: 'openstack/latest/meta_data.json', content: json(metadata.metaData) },
    { path: 'openstack/latest/network_data.json', content: json(metadata.networkData) },
  ];
  if (metadata.userData !== null) files.push({ path: 'openstack/latest/user_data', content: metadata.userData });
  for (const { name, content } of metadata.files ?? []) files.push({ path: `openstack/content/${name}`, content });
  const bytes = files.reduce((sum, file) => sum + file.content.length, 0);
  if (bytes > limits.configDriveBytesMax) {
    const reason = `the metadata of the guest has ${bytes} bytes, more than ${limits.configDriveBytesMax}`;
    return driverFailed({ code: 'HypervisorFailed', reason });
  }
  return driverOk(isoImage('config-2', files, created));
}
