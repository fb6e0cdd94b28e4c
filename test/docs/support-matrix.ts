/** Where it is proven that a driver can do something: a test by its name, and the file that it stands in. */
interface Proof {
  readonly file: string;
  readonly test: string;
}

/** An operation of Nova, and what shows that it works with real guests; a text: why it does not. */
export interface Supported {
  readonly operation: string;
  readonly qemu: Proof | string;
  /** What simulated hosts lack of it. Absent: nothing. */
  readonly sim?: string;
}

const journey = (test: string): Proof => ({ file: 'test/clients/openstack-journey.test.ts', test });
const twoHosts = (test: string): Proof => ({ file: 'test/guests/two-hosts.test.ts', test });
const volumes = (test: string): Proof => ({ file: 'test/drivers/qemu/volumes.test.ts', test });
const rescue = (test: string): Proof => ({ file: 'test/drivers/qemu/rescue.test.ts', test });
const moves = (test: string): Proof => ({ file: 'test/drivers/qemu/live-migration.test.ts', test });
const states = (test: string): Proof => ({ file: 'test/drivers/conformance-states.ts', test });

const moved = 'goes on with its count on the other host, with a volume, and lets go of that there';
const paused = 'goes on with its count when it was paused, and when it was suspended';
const rescued = 'boots from a rescue disk, from its own again, and is rebuilt with an empty one';
const rebooted = 'it is rebooted softly and hard, stopped and started again';
const captured = 'is captured into an image and a backup while it counts';
const created = 'a server is created, boots with its name, address and user data, and lets its owner in over ssh';

/** What drivers can do, in the order of the page. */
export const SUPPORTED: readonly Supported[] = [
  { operation: 'create, with config drive, key pair and user data', qemu: journey(created) },
  { operation: 'delete', qemu: journey('deleted, it leaves no process, no disk and no port') },
  { operation: 'stop, start, soft and hard reboot', qemu: journey(rebooted) },
  { operation: 'pause, unpause, suspend, resume', qemu: twoHosts(paused) },
  { operation: 'rescue, unrescue, rebuild', qemu: twoHosts(rescued) },
  { operation: 'create image, create backup', qemu: twoHosts(captured) },
  {
    operation: 'resize, confirm resize',
    qemu: twoHosts('is larger on the other host after a resize that is confirmed, with its disk'),
  },
  {
    operation: 'migrate, revert resize',
    qemu: twoHosts('is as it was after a cold migration that is reverted: what it has counted elsewhere is lost'),
  },
  { operation: 'live migration, disks copied, volumes kept', qemu: twoHosts(moved) },
  {
    operation: 'abort of a live migration',
    qemu: moves('aborted while its memory is copied, the guest goes on where it was, and nothing of it is there'),
  },
  {
    operation: 'force complete of a live migration',
    qemu: moves('forced, a migration under way comes to its end, and the guest runs'),
    sim: 'taken, and changes nothing: it takes the time it takes',
  },
  {
    operation: 'evacuate',
    qemu: twoHosts('is made anew elsewhere when its host is down, and the old guest goes when that is back'),
  },
  {
    operation: 'shelve, shelve offload, unshelve to a host',
    qemu: twoHosts('comes back on the other host after it was shelved'),
  },
  { operation: 'attach volume, detach volume', qemu: twoHosts(moved) },
  {
    operation: 'boot from volume',
    qemu: volumes('are there after a hard reboot, and can be what it boots from'),
  },
  {
    operation: 'swap volume',
    qemu: volumes('are replaced by larger ones while the guest runs, with their content, and the guest keeps the disk'),
  },
  {
    operation: 'volumes that several servers have at once',
    qemu: volumes('that are shared are had by two guests at once, copied as they are, and not suspended with one'),
  },
  {
    operation: 'extend a volume that a server has',
    qemu: volumes('grow while a guest has them, and the guest sees it'),
  },
  {
    operation: 'rescue that leaves the disks where they are, also of what boots from a volume',
    qemu: rescue('keeps the names of root disk and volume, and boots from the disk behind them'),
  },
  {
    operation: 'quiesce for an image (hw_qemu_guest_agent, os_require_quiesce)',
    qemu: 'yes, of a root disk; refused for what boots from a volume and must be. The test guest has no agent: proven with one that is made up',
  },
  { operation: 'console output', qemu: journey(created), sim: 'made up: boots, and what a guest would print' },
  {
    operation: 'trigger crash dump',
    qemu: states('a crash dump is asked for of a guest that runs, and of no other'),
  },
  {
    operation: 'change password',
    qemu: 'yes, where the image says hw_qemu_guest_agent. The test guest has no agent: proven with one that is made up',
    sim: 'taken, and kept nowhere',
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

const rowOf = ({ operation, qemu, sim }: Supported): readonly string[] => [
  operation,
  sim ?? 'yes',
  typeof qemu === 'string' ? qemu : 'yes',
  typeof qemu === 'string' ? '' : `\`${qemu.file}\`: ${qemu.test}`,
];

/** The page docs/support-matrix.md. */
export const supportMatrixPage = (): string => `# What the drivers can do

Made by \`npm run docs\` from \`test/docs/support-matrix.ts\`; a test holds it in step, and that each test named here is there. The
last column says where an operation is done with a real guest under QEMU. Those of \`test/guests\` boot one that counts on its
console, and compare the count, the kernel's boot id and what the disk says before and after. Simulated hosts prove theirs in
\`test/drivers/sim\`, \`test/http\` and \`test/simulation\`. Moves are between hosts of one machine (\`--hosts 2\`).

${aligned([['operation', 'simulated', 'QEMU', 'proven with a real guest by'], ...SUPPORTED.map(rowOf)])}
`;
