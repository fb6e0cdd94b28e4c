import { orderFor, unwrap } from '../conformance.ts';
import { diskySpec, openHosts } from './two-hosts.ts';

// A controller that migration-crash.test.ts kills: says `ready`, then takes a guest to the other host, then stays.
const [root, instanceId, orderId, what] = process.argv.slice(2);
if (root === undefined || instanceId === undefined || orderId === undefined) process.exit(2);

const [a, b] = await openHosts(root);
process.stdout.write('ready\n');
const order = orderFor(instanceId, orderId);
unwrap(await a.ensureMigrated(order, diskySpec(), b));
if (what === 'whole') unwrap(await b.ensureTakenOver(order, a));
setInterval(() => {}, 1_000);
