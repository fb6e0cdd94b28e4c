import { parseArgs } from 'node:util';
import { columns, shown } from '../composition/printable.ts';
import { CommandRefused } from './command-refused.ts';
import { askRunning, reasonIn } from './operator.ts';
import { stateDirOf } from './state-dir.ts';
import { misused, printUsage } from './usage.ts';

const USAGE = `novella manage cell: the cells of a cloud that runs, as nova-manage cell_v2

  list_cells                                      cells, what they have, and whether they run
  create_cell --name CELL [--disabled]            a cell that runs at once; beside the only one from the next start on
  update_cell CELL --enable | --disable           whether it takes new instances
  delete_cell CELL [--force]                      --force: also when it has hosts
  stop_cell CELL, start_cell CELL                 close the shard of a cell, and open it again
  list_hosts [CELL]                               hosts, and their cells
  delete_host CELL --host HOST                    take a host without instances out of its cell
  discover_hosts [CELL] [--strict]                map hosts that are not mapped
  verify_instance --uuid ID [--quiet]             in which cell an instance is
  simple_cell_setup, map_cell0, map_instances, map_cell_and_hosts    a start does what they do

  --cell_uuid UUID    names a cell as in Nova
  --state-dir DIR     of the cloud    [$XDG_STATE_HOME/novella]

Exit statuses are those of nova-manage.
`;

const OPTIONS = {
  name: { type: 'string' },
  host: { type: 'string' },
  uuid: { type: 'string' },
  cell_uuid: { type: 'string' },
  disabled: { type: 'boolean' },
  disable: { type: 'boolean' },
  enable: { type: 'boolean' },
  force: { type: 'boolean' },
  strict: { type: 'boolean' },
  quiet: { type: 'boolean' },
  verbose: { type: 'boolean' },
  // Nova: looks for services, as bare metal has no nodes yet. A host and its service are one here.
  'by-service': { type: 'boolean', short: 's' },
  'max-count': { type: 'string' },
  'state-dir': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = ReturnType<typeof parsed>['values'];

const parsed = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: true });

/** What a command is run with. */
interface Order {
  readonly stateDir: string;
  /** The name of the cell; null: none was given. */
  readonly cell: string | null;
  readonly values: Values;
}

const COMMANDS: Readonly<Record<string, (order: Order) => Promise<number>>> = {
  list_cells: listCells,
  list_hosts: listHosts,
  create_cell: (order) => {
    const name = order.values.name ?? order.cell;
    if (name === null) throw new CommandRefused('create_cell needs --name');
    return change(order, 'POST', `/cells/${encodeURIComponent(name)}?disabled=${order.values.disabled ? 1 : 0}`);
  },
  update_cell: updateCell,
  delete_cell: (order) =>
    change(order, 'DELETE', `/cells/${named(order, 'delete_cell')}?force=${order.values.force ? 1 : 0}`),
  stop_cell: (order) => change(order, 'PUT', `/cells/${named(order, 'stop_cell')}/stop`),
  start_cell: (order) => change(order, 'PUT', `/cells/${named(order, 'start_cell')}/start`),
  delete_host: (order) => {
    const { host } = order.values;
    if (host === undefined) throw new CommandRefused('delete_host needs --host');
    return change(order, 'DELETE', `/cells/${named(order, 'delete_host')}/hosts/${encodeURIComponent(host)}`);
  },
  discover_hosts: discoverHosts,
  verify_instance: (order) => {
    const { uuid } = order.values;
    if (uuid === undefined) throw new CommandRefused('verify_instance needs --uuid');
    return change(order, 'GET', `/cell-instances/${encodeURIComponent(uuid)}`);
  },
  simple_cell_setup: setUp,
  map_cell0: () => needless('cell0 is part of the store of the API from the first start on.'),
  map_instances: () => needless('An instance is mapped in the commit that gives it to a cell.'),
  map_cell_and_hosts: () => needless('The start maps the cells and hosts that the configuration names.'),
};

/** Runs a command on the cells of the running cloud. The exit status is that of nova-manage; 0: done. */
export async function manageCell(args: readonly string[]): Promise<number> {
  const { values, positionals } = parsed(args);
  const [command = '', cell, ...rest] = positionals;
  if (values.help || command === 'help') return printUsage(USAGE);
  const run = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (!run || rest.length > 0) return misused(`expected one of ${Object.keys(COMMANDS).join(', ')}`, USAGE);
  const stateDir = stateDirOf(values['state-dir']);
  if (cell !== undefined || values.cell_uuid === undefined) return run({ stateDir, cell: cell ?? null, values });
  const known = (await cellsOf(stateDir)).find(({ uuid }) => uuid === values.cell_uuid);
  if (known) return run({ stateDir, cell: known.name, values });
  process.stdout.write(`There is no cell with the UUID ${shown(values.cell_uuid, 100)}.\n`);
  return 1;
}

function named({ cell }: Order, command: string): string {
  if (cell === null) throw new CommandRefused(`${command} needs the name of a cell, or --cell_uuid`);
  return encodeURIComponent(cell);
}

async function needless(sentence: string): Promise<number> {
  process.stdout.write(`There is nothing to do: ${sentence}\n`);
  return 0;
}

interface KnownCell {
  readonly name: string;
  readonly uuid: string;
  readonly line: unknown;
}

async function cellsOf(stateDir: string): Promise<readonly KnownCell[]> {
  const { cells } = await asked(stateDir, 'GET', '/cells');
  return Array.isArray(cells)
    ? cells.map((line: unknown) => ({ name: String(Object(line).name), uuid: String(Object(line).uuid), line }))
    : [];
}

/** The answer's fields. Throws CommandRefused when the cloud does not answer well. */
async function asked(
  stateDir: string,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
): Promise<Record<string, unknown>> {
  const answer = await askRunning(stateDir, method, path);
  if (answer.status !== 200) throw new CommandRefused(`The cloud does not do it: ${reasonIn(answer)}`);
  return Object(JSON.parse(answer.text));
}

/** Asks for something whose answer is a sentence and an exit status. */
async function change(
  { stateDir, values }: Order,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
): Promise<number> {
  const { status, text } = await asked(stateDir, method, path);
  if (values.quiet !== true) process.stdout.write(`${shown(text, 500)}\n`);
  return Number(status);
}

async function listCells({ stateDir }: Order): Promise<number> {
  const rows = (await cellsOf(stateDir)).map(({ line }) => {
    const { name, uuid, state, disabled, hosts, instances, summary } = Object(line);
    const { memoryMib } = Object(Object(summary).free);
    return [name, uuid === '' ? '-' : uuid, state, disabled === true, hosts, instances ?? '-', memoryMib ?? '-'];
  });
  const heads = ['NAME', 'UUID', 'STATE', 'DISABLED', 'HOSTS', 'INSTANCES', 'FREE MIB'];
  process.stdout.write(columns([heads, ...rows.map((row) => row.map((cell) => shown(cell, 100)))]));
  return 0;
}

async function listHosts({ stateDir, cell }: Order): Promise<number> {
  const known = await cellsOf(stateDir);
  if (cell !== null && !known.some(({ name }) => name === cell)) {
    process.stdout.write(`There is no cell ${shown(cell, 100)}.\n`);
    return 1;
  }
  const query = cell === null ? '' : `?cell=${encodeURIComponent(cell)}`;
  const { hosts } = await asked(stateDir, 'GET', `/cell-hosts${query}`);
  const uuids = new Map(known.map(({ name, uuid }) => [name, uuid]));
  const rows = (Array.isArray(hosts) ? hosts : []).map((line: unknown) => {
    const { host, cell: of } = Object(line);
    return [of, uuids.get(String(of)) || '-', host].map((one) => shown(one, 255));
  });
  process.stdout.write(columns([['CELL', 'UUID', 'HOST'], ...rows]));
  return 0;
}

function updateCell(order: Order): Promise<number> {
  const { enable, disable } = order.values;
  const name = named(order, 'update_cell');
  const refused = async (status: number, text: string): Promise<number> => {
    process.stdout.write(`${text}\n`);
    return status;
  };
  if (enable && disable) return refused(4, 'A cell cannot be enabled and disabled at once.');
  if (order.cell === 'cell0') return refused(5, 'cell0 cannot be enabled or disabled.');
  if (!enable && !disable) return refused(2, 'A cell is found by its name; only --enable and --disable change it.');
  return change(order, 'PUT', `/cells/${name}/${enable ? 'enable' : 'disable'}`);
}

async function discoverHosts({ stateDir, cell, values }: Order): Promise<number> {
  const query = cell === null ? '' : `?cell=${encodeURIComponent(cell)}`;
  const { status, text, found } = await asked(stateDir, 'POST', `/cell-hosts/discover${query}`);
  process.stdout.write(`${shown(text, 500)}\n`);
  if (Number(status) !== 0) return Number(status);
  return values.strict && (!Array.isArray(found) || found.length === 0) ? 1 : 0;
}

async function setUp({ stateDir }: Order): Promise<number> {
  const { hosts } = await asked(stateDir, 'GET', '/cell-hosts');
  if (Array.isArray(hosts) && hosts.length > 0) return needless('a start maps cells and hosts.');
  process.stdout.write('No host has reported yet.\n');
  return 1;
}
