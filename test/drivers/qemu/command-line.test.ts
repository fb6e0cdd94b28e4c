import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { GuestAddress, GuestNic } from '../../../drivers/hypervisor.ts';
import { detectAccel } from '../../../drivers/qemu/accelerator.ts';
import { endingOfShutdown, powerOfRunState } from '../../../drivers/qemu/attachment.ts';
import { placeCards } from '../../../drivers/qemu/cards.ts';
import { forwardingNic, type GuestMachine, qemuArguments } from '../../../drivers/qemu/command-line.ts';
import { guestDisks } from '../../../drivers/qemu/disks.ts';
import { guestSpecProblem } from '../../../drivers/qemu/guest-spec.ts';
import { imageHeaderProblem } from '../../../drivers/qemu/image-check.ts';
import { readQemuVersion } from '../../../drivers/qemu/inventory.ts';
import { errorOfQemuLog } from '../../../drivers/qemu/start-process.ts';
import { userNetwork } from '../../../drivers/qemu/user-network.ts';
import { codeOf } from '../conformance.ts';
import { smallSpec } from '../specs.ts';

const address = (value: string, prefixLength: number, gateway: string | null = null): GuestAddress => ({
  address: value,
  version: value.includes(':') ? 6 : 4,
  prefixLength,
  gateway,
  dnsServers: [],
});
const nic = (...addresses: GuestAddress[]): GuestNic => ({
  portId: 'p',
  networkId: 'n',
  macAddress: 'fa:16:3e:00:00:01',
  mtu: 1500,
  addresses,
});
const machine = (changes: Partial<GuestMachine> = {}): GuestMachine => ({
  instanceId: '0b7d3d3c-25e0-4d6a-9a3c-0e7f3a1f2b4c',
  accelerator: 'tcg',
  vcpus: 2,
  memoryMib: 512,
  disks: guestDisks(smallSpec()),
  volumes: [],
  volumesDirectory: '/v',
  guestAgent: false,
  nics: placeCards([nic(address('fd00::5', 64)), { ...nic(address('10.0.0.5', 24, '10.0.0.1')), portId: 'q' }], []),
  cardPorts: 16,
  sshPort: 40_022,
  loadMemory: false,
  machineType: null,
  arrives: false,
  ...changes,
});
const after = (argv: readonly string[], option: string): readonly string[] =>
  argv.flatMap((value, at) => (argv[at - 1] === option ? [value] : []));

test('every NIC is cut off from the host, and only the first one with an IPv4 address has the forwarded port', () => {
  const netdevs = after(qemuArguments(machine()), '-netdev');
  assert.equal(netdevs.length, 2);
  assert.ok(netdevs.every((value) => /^user,id=net\d,restrict=on,ipv6=off/.test(value)));
  assert.deepEqual(
    netdevs.map((value) => value.includes('hostfwd=tcp:127.0.0.1:40022-10.0.0.5:22')),
    [false, true],
  );
  assert.equal(forwardingNic([nic(address('fd00::5', 64))]), -1);
});

test('the config drive is the last disk and read-only, the root disk the first and writable', () => {
  const nodes = after(
    qemuArguments(machine({ disks: guestDisks(smallSpec({ ephemeralGib: 1, swapMib: 1 })) })),
    '-blockdev',
  ).map((text): { 'node-name': string; 'read-only': boolean } => JSON.parse(text));
  assert.deepEqual(
    nodes.map((node) => [node['node-name'], node['read-only']]),
    [
      ['root', false],
      ['ephemeral', false],
      ['swap', false],
      ['config', true],
    ],
  );
});

test('under KVM the processor is the host’s; under TCG a named one and a capped translation buffer', () => {
  const kvm = qemuArguments(machine({ accelerator: 'kvm' }));
  assert.deepEqual([after(kvm, '-accel'), after(kvm, '-cpu')], [['kvm'], ['host']]);
  const tcg = qemuArguments(machine());
  assert.deepEqual([after(tcg, '-accel'), after(tcg, '-cpu')], [['tcg,tb-size=32'], ['qemu64']]);
});

test('nothing comes by default, and QEMU is in its sandbox', () => {
  const argv = qemuArguments(machine());
  for (const option of ['-nodefaults', '-no-user-config']) assert.ok(argv.includes(option), option);
  assert.match(after(argv, '-sandbox')[0] ?? '', /^on,.*spawn=deny/);
});

for (const [what, own, expected] of [
  [
    'the gateway of the subnet',
    address('10.0.0.5', 24, '10.0.0.1'),
    'net=10.0.0.0/24,host=10.0.0.1,dns=10.0.0.2,dhcpstart=10.0.0.5',
  ],
  ['no gateway', address('10.0.0.1', 24), 'net=10.0.0.0/24,host=10.0.0.2,dns=10.0.0.3,dhcpstart=10.0.0.1'],
  [
    'a gateway that is the guest',
    address('10.0.0.2', 24, '10.0.0.2'),
    'net=10.0.0.0/24,host=10.0.0.1,dns=10.0.0.3,dhcpstart=10.0.0.2',
  ],
  [
    'a gateway elsewhere',
    address('10.0.0.5', 24, '192.168.0.1'),
    'net=10.0.0.0/24,host=10.0.0.1,dns=10.0.0.2,dhcpstart=10.0.0.5',
  ],
  [
    'a network too small for QEMU',
    address('10.0.0.6', 30, '10.0.0.5'),
    'net=10.0.0.0/29,host=10.0.0.5,dns=10.0.0.1,dhcpstart=10.0.0.6',
  ],
  [
    'a network too large for QEMU',
    address('10.0.0.5', 1, '10.0.0.1'),
    'net=0.0.0.0/4,host=10.0.0.1,dns=0.0.0.1,dhcpstart=10.0.0.5',
  ],
  [
    'a high address',
    address('223.255.255.250', 20),
    'net=223.255.240.0/20,host=223.255.240.1,dns=223.255.240.2,dhcpstart=223.255.255.250',
  ],
] as const) {
  test(`QEMU’s addresses in a network with ${what}`, () => {
    assert.equal(userNetwork('n', nic(own), null).netdev, `user,id=n,restrict=on,ipv6=off,${expected}`);
  });
}

test('a spec whose values would be options of QEMU is refused', () => {
  assert.equal(guestSpecProblem(smallSpec()), null);
  const bad = [
    smallSpec({ vcpus: 0 }),
    smallSpec({ vcpus: 1.5 }),
    smallSpec({ memoryMib: Number.NaN }),
    smallSpec({ rootGib: -1 }),
    smallSpec({ rootGib: 0 }),
    smallSpec({ nics: [{ ...nic(), macAddress: 'fa:16:3e:00:00:01,x=y' }] }),
    smallSpec({ nics: [nic({ ...address('10.0.0.1', 24), address: '10.0.0.1,hostfwd=tcp::22-:22' })] }),
    smallSpec({ nics: [nic(address('10.0.0.1', 33))] }),
    smallSpec({ nics: [nic(address('10.0.0.1', 24, 'x'))] }),
    smallSpec({ nics: Array.from({ length: 17 }, () => nic()) }),
  ];
  for (const spec of bad) assert.notEqual(guestSpecProblem(spec), null, JSON.stringify(spec));
});

const qcow2 = (version: number, backing: bigint, incompatible: bigint): Buffer => {
  const header = Buffer.alloc(512);
  header.write('QFI\u00fb', 'latin1');
  header.writeUInt32BE(version, 4);
  header.writeBigUInt64BE(backing, 8);
  header.writeBigUInt64BE(incompatible, 72);
  return header;
};
for (const [what, header, format, problem] of [
  ['a plain qcow2', qcow2(3, 0n, 0n), 'qcow2', null],
  ['an old qcow2', qcow2(2, 0n, 4n), 'qcow2', null],
  ['a dirty qcow2', qcow2(3, 0n, 1n), 'qcow2', null],
  ['a qcow2 with a backing file', qcow2(3, 512n, 0n), 'qcow2', /backing file/],
  ['an old qcow2 with a backing file', qcow2(2, 512n, 0n), 'qcow2', /backing file/],
  ['a qcow2 with an external data file', qcow2(3, 0n, 4n), 'qcow2', /external data file/],
  ['a qcow2 of the future', qcow2(4, 0n, 0n), 'qcow2', /version 4/],
  ['a cut qcow2', qcow2(3, 0n, 0n).subarray(0, 40), 'qcow2', /not one/],
  ['an empty file as qcow2', Buffer.alloc(0), 'qcow2', /not one/],
  ['a boot sector as raw', Buffer.alloc(512, 0x90), 'raw', null],
  ['a short file as raw', Buffer.alloc(3), 'raw', null],
  ['a qcow2 as raw', qcow2(3, 0n, 0n), 'raw', /qcow2/],
  ['a vmdk descriptor as raw', Buffer.from('# Disk DescriptorFile\nversion=1'), 'raw', /vmdk/],
  ['a vhdx as raw', Buffer.from('vhdxfile'), 'raw', /vhdx/],
] as const) {
  test(`the header of ${what} is ${problem === null ? 'accepted' : 'refused'}`, () => {
    const found = imageHeaderProblem(header, format);
    if (problem === null) assert.equal(found, null);
    else assert.match(found ?? '', problem);
  });
}

test('KVM is taken only when its device opens and the module of a real one is loaded', async () => {
  const root = `${await mkdtemp(join(tmpdir(), 'novella-accel-'))}/`;
  assert.equal(await detectAccel(root), 'tcg');
  await mkdir(join(root, 'dev'));
  await writeFile(join(root, 'dev/kvm'), '');
  await mkdir(join(root, 'sys/module/kvm_pvm'), { recursive: true });
  assert.equal(await detectAccel(root), 'tcg');
  await mkdir(join(root, 'sys/module/kvm_intel'));
  assert.equal(await detectAccel(root), 'kvm');
  await rm(root, { recursive: true });
});

test('QEMU’s version becomes Nova’s number', () => {
  assert.equal(readQemuVersion('QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)'), 7_002_022);
  assert.equal(readQemuVersion('QEMU emulator version 10.1.0'), 10_001_000);
  assert.equal(readQemuVersion('something else'), null);
});

test('QEMU’s last words become the error that a caller can react to', () => {
  assert.equal(codeOf(errorOfQemuLog('Failed to get "write" lock', 'code 1').error), 'Unreachable');
  assert.equal(
    codeOf(errorOfQemuLog('qemu: cannot set up guest memory: Cannot allocate memory', 'code 1').error),
    'OutOfResources',
  );
  assert.equal(codeOf(errorOfQemuLog('', 'SIGKILL').error), 'HypervisorFailed');
  assert.equal(errorOfQemuLog("Could not set up host forwarding rule 'tcp:127.0.0.1:1-:22'", 'code 1').portTaken, true);
});

test('run states and ends of QEMU become Nova’s power', () => {
  for (const [status, power] of [
    ['running', 'running'],
    ['paused', 'paused'],
    ['prelaunch', 'paused'],
    ['io-error', 'paused'],
    ['internal-error', 'crashed'],
    ['guest-panicked', 'crashed'],
  ] as const) {
    assert.equal(powerOfRunState(status), power, status);
  }
  for (const [reason, guest, power] of [
    ['guest-shutdown', true, 'stopped'],
    ['guest-panic', true, 'crashed'],
    ['host-signal', false, 'crashed'],
    ['host-qmp-quit', false, 'crashed'],
  ] as const) {
    assert.equal(endingOfShutdown({ guest, reason })?.power, power, reason);
  }
  assert.equal(endingOfShutdown(null), null);
  assert.equal(endingOfShutdown({ reason: 7 }), null);
});
