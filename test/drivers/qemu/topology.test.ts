import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { topologyOf } from '../../../drivers/host-topology.ts';
import { readCpuList, readTopology } from '../../../drivers/qemu/topology.ts';
import { temporaryFolder } from '../../storage/temporary-folder.ts';

/** A machine with two cells of two cores with two threads each, as Linux numbers them. */
const MACHINE: Readonly<Record<string, string>> = {
  'proc/self/status': 'Name:\tnode\nCpus_allowed_list:\t0-6\n',
  'proc/cpuinfo': 'processor\t: 0\nflags\t\t: sse aes vmx aes\n\nprocessor\t: 1\nflags\t\t: sse aes vmx\n',
  'sys/devices/system/node/node0/cpulist': '0-1,4-5\n',
  'sys/devices/system/node/node0/meminfo': 'Node 0 MemTotal:        4194304 kB\nNode 0 MemFree: 1 kB\n',
  'sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages': '512\n',
  'sys/devices/system/node/node0/hugepages/hugepages-1048576kB/nr_hugepages': '0\n',
  'sys/devices/system/node/node1/cpulist': '2-3,6-7\n',
  'sys/devices/system/node/node1/meminfo': 'Node 1 MemTotal:        2097152 kB\n',
  'sys/devices/system/node/node2/cpulist': '\n',
  'sys/devices/system/node/node2/meminfo': 'Node 2 MemTotal:        2097152 kB\n',
  ...Object.fromEntries(
    Array.from({ length: 8 }, (_, cpu) => [
      [`sys/devices/system/cpu/cpu${cpu}/topology/core_cpus_list`, `${cpu % 4},${(cpu % 4) + 4}\n`],
      [`sys/devices/system/cpu/cpu${cpu}/topology/physical_package_id`, `${cpu % 4 < 2 ? 0 : 1}\n`],
    ]).flat(),
  ),
};

function machine(files: Readonly<Record<string, string>>): { readonly path: string; remove(): void } {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder.path, name)), { recursive: true });
    writeFileSync(join(folder.path, name), text);
  }
  return folder;
}

test('a machine tells its cells, cores, threads and pages; processors that are not for us and cells without any are left out', async (t) => {
  const folder = machine(MACHINE);
  t.after(() => folder.remove());
  const { numaCells, cpuFeatures } = await readTopology(folder.path);
  assert.deepEqual(cpuFeatures, ['aes', 'sse', 'vmx']);
  assert.deepEqual(numaCells, [
    {
      id: 0,
      socket: 0,
      cpus: [0, 1, 4, 5],
      pcpus: [],
      siblings: [
        [0, 4],
        [1, 5],
      ],
      memoryMib: 4_096,
      pages: [
        { sizeKib: 4, total: 786_432, reserved: 0 },
        // The driver gives none to guests.
        { sizeKib: 2_048, total: 512, reserved: 512 },
      ],
    },
    {
      id: 1,
      socket: 1,
      cpus: [2, 3, 6],
      pcpus: [],
      siblings: [[2, 6], [3]],
      memoryMib: 2_048,
      pages: [{ sizeKib: 4, total: 524_288, reserved: 0 }],
    },
  ]);
  assert.deepEqual(topologyOf(numaCells), { cells: 2, sockets: 1, cores: 2, threads: 2 });
});

test('a machine that does not say is without cells', async (t) => {
  const folder = machine({});
  t.after(() => folder.remove());
  assert.deepEqual(await readTopology(folder.path), { numaCells: [], cpuFeatures: [] });
  assert.equal(topologyOf([]), undefined);
});

test('lists of processors are read as the kernel writes them, and anything else is none', () => {
  assert.deepEqual(readCpuList('0-2,8\n'), [0, 1, 2, 8]);
  assert.deepEqual(readCpuList(''), []);
  for (const text of ['3-1', 'a', '1,,2', '-1', '0-99999', '1.5']) assert.equal(readCpuList(text), null, text);
});
