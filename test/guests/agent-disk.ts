import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Debian's packages of QEMU's guest agent and of the libraries that it needs in a guest that has none. */
const PACKAGES = ['qemu-guest-agent', 'libglib2.0-0', 'libpcre2-8-0', 'libnuma1', 'libudev1', 'liburing2', 'libc6'];
const LIBRARIES =
  /^lib(glib-2\.0\.so\.0|gmodule-2\.0\.so\.0|pcre2-8\.so\.0|numa\.so\.1|udev\.so\.1|uring\.so\.2|m\.so\.6)$/;
/** Room for these, and for the file system. */
const DISK = '8M';

const PATHS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
const missing = ['apt-get', 'dpkg-deb', 'mke2fs'].filter(
  (program) => !PATHS.some((path) => existsSync(join(path, program))),
);

/** Why there is no guest agent to be had here, or false. */
export const agentUnavailable: string | false =
  missing.length === 0 ? false : `no ${missing.join(', ')} to make a disk with QEMU's guest agent`;

/** What runs when the agent freezes the guest's file systems or thaws them. */
const HOOK = `#!/bin/sh
echo "guest-agent $1" >/dev/ttyS0
`;

/** What the agent sets passwords with, which the guest has not: it reads lines `user:password`. */
const CHPASSWD = `#!/bin/sh
while IFS=: read -r user password; do
  sed -i "s|^$user:[^:]*|$user:$(mkpasswd -m sha512 "$password")|" /etc/shadow
done
`;

/** The file of a package: kept, else downloaded into `folder`, and only then put beside the others, since another test may look. */
async function packageFile(name: string, folder: string, env: NodeJS.ProcessEnv): Promise<string> {
  const kept = join(tmpdir(), 'novella-test-agent');
  await mkdir(kept, { recursive: true });
  const named = (file: string): boolean => file.startsWith(`${name}_`);
  const known = (await readdir(kept)).find(named);
  if (known !== undefined) return join(kept, known);
  await run('apt-get', ['-q', 'download', name], { cwd: folder, timeout: 120_000, env });
  const loaded = (await readdir(folder)).find(named);
  if (loaded === undefined) throw new Error(`apt-get has not downloaded ${name}`);
  await rename(join(folder, loaded), join(kept, loaded));
  return join(kept, loaded);
}

/** A disk (raw, ext4, labelled `guest-agent`) with QEMU's guest agent as Debian has it. Its packages are kept below the system's directory for temporary files. */
export async function agentDisk(): Promise<Buffer> {
  const work = await mkdtemp(join(tmpdir(), 'novella-agent-disk-'));
  const [unpacked, files, disk] = [join(work, 'unpacked'), join(work, 'files'), join(work, 'disk.raw')];
  const env = { ...process.env, PATH: PATHS.join(delimiter), LC_ALL: 'C' };
  try {
    for (const name of PACKAGES) await run('dpkg-deb', ['-x', await packageFile(name, work, env), unpacked], { env });
    await mkdir(files);
    await copyFile(join(unpacked, 'usr', 'sbin', 'qemu-ga'), join(files, 'qemu-ga'));
    for (const folder of ['usr/lib', 'lib'].map((name) => join(unpacked, name, 'x86_64-linux-gnu')))
      for (const name of (await readdir(folder)).filter((file) => LIBRARIES.test(file)))
        await copyFile(join(folder, name), join(files, name));
    await writeFile(join(files, 'hook'), HOOK);
    await writeFile(join(files, 'chpasswd'), CHPASSWD);
    for (const name of ['qemu-ga', 'hook', 'chpasswd']) await chmod(join(files, name), 0o755);
    const format = ['-q', '-t', 'ext4', '-O', '^metadata_csum', '-L', 'guest-agent', '-d', files, disk, DISK];
    await run('mke2fs', format, { env });
    return await readFile(disk);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** What a guest that has this disk runs, once, to have the agent answer. It keeps nothing of the disk open. */
export const START_AGENT = `
mkdir -p /run/agent /mnt/agent
mount -t ext4 -o ro "$(findfs LABEL=guest-agent)" /mnt/agent && cp /mnt/agent/[!l]* /mnt/agent/lib* /run/agent && umount /mnt/agent
for port in /sys/class/virtio-ports/*; do
  [ "$(cat "$port/name")" = org.qemu.guest_agent.0 ] && port=/dev/\${port##*/} && break
done
PATH=/run/agent:$PATH LD_LIBRARY_PATH=/run/agent \\
  /run/agent/qemu-ga -d -m virtio-serial -p "$port" -t /run -f /run/agent/pid -F/run/agent/hook
echo "guest-agent runs $?"
`;
