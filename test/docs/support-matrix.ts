/** Where it is proven that a driver can do something: a test by its name, and the file that it stands in. */
interface Proof {
  readonly file: string;
  readonly test: string;
}

/** An operation of Nova, and what shows that it works with real guests. */
export interface Supported {
  readonly operation: string;
  readonly qemu: Proof;
  /** What real guests cannot have of it, and why. Absent: nothing. */
  readonly limits?: string;
  /** What simulated hosts lack of it. Absent: nothing. */
  readonly sim?: string;
}

const journey = (test: string): Proof => ({ file: 'test/clients/openstack-journey.test.ts', test });
const twoHosts = (test: string): Proof => ({ file: 'test/guests/two-hosts.test.ts', test });
const wholeLife = (test: string): Proof => ({ file: 'test/guests/whole-life.test.ts', test });
const onVolume = (test: string): Proof => ({ file: 'test/guests/volume-backed.test.ts', test });
const volumes = (test: string): Proof => ({ file: 'test/drivers/qemu/volumes.test.ts', test });
const states = (test: string): Proof => ({ file: 'test/drivers/conformance-states.ts', test });

const moved = 'goes on with its count on the other host, with a volume, and lets go of that there';
const paused = 'goes on with its count when it was paused, and when it was suspended';
const rescued = 'boots from a rescue disk, from its own again, and is rebuilt with an empty one';
const rebooted = 'it is rebooted softly and hard, stopped and started again';
const created = 'a server is created, boots with its name, address and user data, and lets its owner in over ssh';
const together =
  'are created together and apart, with their files, tags and metadata, a volume of an image each, and count';
const shelved = 'shelved they keep their host until they are offloaded, and come back to their zone';
const deleted = 'come back after they were deleted, until that is done by force';
const untouched = 'are not touched by locks, tags, metadata and a state that is reset';
const carded =
  'get a network card while they run, which stays wherever they go and whatever is done to them, and lose it';
const agent = 'get a password by the agent, and are frozen by it for the moment at which an image is made';
const forced = 'tell how far their live migration is, and go on with their count when it is forced to its end';
const captured = 'is captured as a snapshot of its volume, from which another one boots with what it had counted';
const onItsHost = 'boots from a volume that is made of an image, with its port, on the host that was asked for';

/** What drivers can do, in the order of the page. */
export const SUPPORTED: readonly Supported[] = [
  { operation: 'create, with config drive, key pair and user data', qemu: journey(created) },
  {
    operation:
      'create several at once, with files (personality), tags, metadata, volumes, a zone, a server group as hint',
    qemu: wholeLife(together),
  },
  {
    operation: 'create from a volume made of an image, with a port that is there, on a host that is named',
    qemu: onVolume(onItsHost),
  },
  { operation: 'create from a snapshot of a volume', qemu: onVolume(captured) },
  { operation: 'delete', qemu: journey('deleted, it leaves no process, no disk and no port') },
  { operation: 'soft delete, restore, force delete', qemu: wholeLife(deleted) },
  { operation: 'stop, start, soft and hard reboot', qemu: journey(rebooted) },
  { operation: 'pause, unpause, suspend, resume', qemu: twoHosts(paused) },
  { operation: 'lock with a reason, unlock, reset state, tags, metadata', qemu: wholeLife(untouched) },
  { operation: 'rescue, unrescue, rebuild', qemu: twoHosts(rescued) },
  {
    operation: 'rescue that leaves the disks where they are, also of what boots from a volume',
    qemu: onVolume('boots from a rescue disk behind its own, and from its own again'),
  },
  { operation: 'rebuild of what boots from a volume', qemu: onVolume('is rebuilt: its volume is made anew') },
  {
    operation: 'create image, create backup, rotation of backups',
    qemu: twoHosts('is captured into an image and into backups while it counts, of which the older ones go'),
  },
  { operation: 'create image of what boots from a volume', qemu: onVolume(captured) },
  {
    operation: 'quiesce for an image (hw_qemu_guest_agent, os_require_quiesce)',
    qemu: wholeLife(agent),
    limits: 'where the image says os_require_quiesce, and no agent answers, none is made',
  },
  {
    operation: 'quiesce for an image of what boots from a volume',
    qemu: {
      file: 'test/guests/quiesced-volumes.test.ts',
      test: 'is frozen by it for the moments at which its volumes are copied for an image, and goes on',
    },
    limits:
      'volumes are copied one by one, and it is frozen for the beginning of each: each copy is whole, but of a moment of its own. Where the image says os_require_quiesce and not hw_qemu_guest_agent, it is refused (409); where the agent does not answer, the snapshot is in error',
  },
  {
    operation: 'change password',
    qemu: wholeLife(agent),
    sim: 'taken, and kept nowhere',
    limits: 'where the image says hw_qemu_guest_agent; else it is refused (409)',
  },
  {
    operation: 'resize, confirm resize',
    qemu: twoHosts('is larger on the other host after a resize that is confirmed, with its disk'),
  },
  { operation: 'resize, revert resize', qemu: wholeLife('are as they were after a resize that is reverted') },
  {
    operation: 'migrate, confirm',
    qemu: wholeLife(
      'are on the other host after a cold migration that is confirmed, off as they were, without the card',
    ),
  },
  {
    operation: 'migrate, revert',
    qemu: twoHosts('is as it was after a cold migration that is reverted: what it has counted elsewhere is lost'),
  },
  { operation: 'live migration, disks copied, volumes kept', qemu: twoHosts(moved) },
  {
    operation: 'live migration of what boots from a volume: nothing is copied',
    qemu: onVolume('goes on with its count on the other host, which has its disk already'),
    limits:
      'volumes are what hosts share; shared root disks are not, and block_migration=false is refused for them (400, or the action ends with that error from 2.34 on)',
  },
  { operation: 'abort of a live migration', qemu: twoHosts('an aborted migration leaves it where it is') },
  {
    operation: 'progress and force complete of a live migration',
    qemu: wholeLife(forced),
    sim: 'force complete is taken, and changes nothing: it takes the time it takes',
  },
  {
    operation: 'evacuate',
    qemu: twoHosts('is made anew elsewhere when its host is down, and the old guest goes when that is back'),
  },
  { operation: 'shelve, shelve offload, unshelve, also to a zone', qemu: wholeLife(shelved) },
  { operation: 'unshelve to a host', qemu: twoHosts('comes back on the other host after it was shelved') },
  {
    operation: 'attach interface, detach interface',
    qemu: wholeLife(carded),
    limits:
      'up to 16 at once. One that runs lets go of a card itself, so none goes while it is paused. A guest that an older version has started gets its cards at its next hard reboot, and is refused until then (400)',
  },
  { operation: 'attach volume, detach volume', qemu: twoHosts(moved) },
  {
    operation: 'swap volume, while the volume service says that it migrates, as in Nova',
    qemu: onVolume('has another volume put in the place of one while it runs, and reads there what it wrote'),
  },
  {
    operation: 'volumes that several servers have at once',
    qemu: volumes('that are shared are had by two guests at once, copied as they are, and not suspended with one'),
  },
  {
    operation: 'extend a volume that a server has',
    qemu: volumes('grow while a guest has them, and the guest sees it'),
  },
  { operation: 'console output', qemu: journey(created), sim: 'made up: boots, and what a guest would print' },
  {
    operation: 'trigger crash dump',
    qemu: states('a crash dump is asked for of a guest that runs, and of no other'),
  },
  {
    operation: 'guests go on while the controller is away',
    qemu: twoHosts('is on one host, and counts on, whenever the controller was killed during a migration'),
    sim: 'no: they end with it',
  },
];

const aligned = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...rest] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rest.map(line)].join('\n');
};

const rowOf = ({ operation, qemu, limits, sim }: Supported): readonly string[] => [
  operation,
  sim ?? 'yes',
  limits === undefined ? 'yes' : `yes, ${limits}`,
  `\`${qemu.file}\`: ${qemu.test}`,
];

/** The page docs/support-matrix.md. */
export const supportMatrixPage = (): string => `# What the drivers can do

Made by \`npm run docs\` from \`test/docs/support-matrix.ts\`; a test holds it in step, and that each test named here is there. The
last column says where an operation is done with a real guest under QEMU. Those of \`test/guests\` boot one that counts on its
console, and compare the count, the kernel's boot id and what the disk says before and after; the agent in it is Debian's. Simulated hosts prove theirs in
\`test/drivers/sim\`, \`test/http\` and \`test/simulation\`. Moves are between hosts of one machine (\`--hosts 2\`).

${aligned([['operation', 'simulated', 'QEMU', 'proven with a real guest by'], ...SUPPORTED.map(rowOf)])}
`;
