/**
 * User data of a guest that counts: each line of its console says how far, in which boot, what the disk said when this boot
 * began, and what it says now, read from the disk itself. Its memory is the count, so a guest that begins anew is found out.
 */
export const COUNTING = `#!/bin/sh
was=$(cat /data/count 2>/dev/null)
boot=$(cat /proc/sys/kernel/random/boot_id)
memory=$(awk '/MemTotal/ { print $2 }' /proc/meminfo)
disks=$(ls -d /sys/block/vd* | wc -l)
(
  n=0
  while :; do
    n=$((n + 1))
    echo $n >/data/count
    sync
    echo 3 >/proc/sys/vm/drop_caches
    nics=$(ls -d /sys/class/net/eth* 2>/dev/null | wc -l)
    echo "count=$n boot=$boot was=\${was:-nothing} disk=$(cat /data/count) memory=$memory disks=$disks nics=$nics" >/dev/ttyS0
    usleep 200000
  done
) &
`;

/** One line of such a guest. */
export interface Count {
  readonly count: number;
  readonly boot: string;
  /** What the boot before had counted to, as the disk tells; `nothing`: the disk is new. */
  readonly was: string;
  readonly disk: number;
  /** In KiB. */
  readonly memory: number;
  /** How many there were at the boot, the config drive included. */
  readonly disks: number;
  /** How many network cards there are now. */
  readonly nics: number;
}

const LINE = /^count=(\d+) boot=([0-9a-f-]{36}) was=(\d+|nothing) disk=(\d+) memory=(\d+) disks=(\d+) nics=(\d+)\r?$/gm;

/** The counts that a console shows, in their order. Lines that were cut are left out. */
export const countsIn = (console: string): readonly Count[] =>
  [...console.matchAll(LINE)].map(([, count, boot, was, disk, memory, disks, nics]) => ({
    count: Number(count),
    boot: String(boot),
    was: String(was),
    disk: Number(disk),
    memory: Number(memory),
    disks: Number(disks),
    nics: Number(nics),
  }));

/** What is wrong with a boot's counts; a guest that went on as it was has none. */
export function countProblems(counts: readonly Count[], boot: string): readonly string[] {
  const own = counts.filter((one) => one.boot === boot);
  return own.flatMap((one, at) => {
    const before = own[at - 1];
    const problems = [];
    if (before && one.count <= before.count) problems.push(`${before.count} is followed by ${one.count}`);
    if (one.disk !== one.count) problems.push(`at ${one.count} the disk says ${one.disk}`);
    return problems;
  });
}
