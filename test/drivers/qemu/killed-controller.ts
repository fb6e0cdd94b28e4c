import { createQemuHypervisor } from '../../../drivers/qemu/index.ts';
import { orderFor } from '../conformance.ts';
import { smallSpec } from '../specs.ts';
import { imagesIn } from './setup.ts';

// A controller that crash.test.ts kills: says `ready`, then does one order, then stays.
const [directory, instanceId, orderId, what] = process.argv.slice(2);
if (directory === undefined || instanceId === undefined || orderId === undefined) process.exit(2);

const hypervisor = createQemuHypervisor({ directory, images: imagesIn(directory), accel: 'tcg', hostname: 'killed' });
await hypervisor.start();
process.stdout.write('ready\n');
const order = orderFor(instanceId, orderId);
if (what === 'reboot') await hypervisor.ensureRebooted(order, smallSpec(), { kind: 'hard', graceMs: 0 });
else if (what === 'remove') await hypervisor.ensureAbsent(order);
else await hypervisor.ensureRunning(order, smallSpec());
process.stdout.write('done\n');
setInterval(() => {}, 1_000);
