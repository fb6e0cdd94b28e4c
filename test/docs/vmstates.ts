import type { Operation } from '../../actors/instance/operation.ts';
import { OPERATIONS } from '../../actors/instance/operations/index.ts';
import type { VmState } from '../../actors/instance/states.ts';
import { anInstance } from '../actors/instance/an-instance.ts';

/** States that an operation begins in; a delete begins in all of them, and a create in none. */
const startsOf = ({ from }: Operation): readonly VmState[] => (from.vmState === 'any' ? [] : from.vmState);

const endOf = (operation: Operation, vmState: VmState): VmState => operation.end(anInstance({ vmState }), 0).vmState;
const failureOf = (operation: Operation, vmState: VmState): VmState =>
  operation.whenFailed(anInstance({ vmState })).vmState;

/** The same state for all, said once. */
function outcomes(operation: Operation, outcomeOf: (operation: Operation, vmState: VmState) => VmState): string {
  const starts = startsOf(operation);
  const states = new Set((starts.length > 0 ? starts : (['building'] as const)).map((s) => outcomeOf(operation, s)));
  return [...states].join(', ');
}

const isNeverFailing = ({ steps }: Operation): boolean =>
  steps.every(({ whenExhausted }) => whenExhausted === 'goesOn');

function rowOf(operation: Operation): readonly string[] {
  const { name, action, from, taskState, steps, overtakes } = operation;
  const states = from.vmState === 'any' ? 'any' : from.vmState.join(', ') || 'none: it makes the instance';
  const tasks = from.taskState === 'any' ? 'any' : from.taskState.map((task) => task ?? 'none').join(', ') || '–';
  const during = new Set([taskState, ...steps.flatMap((step) => step.taskState ?? [])]);
  const failure = isNeverFailing(operation) ? 'goes on' : outcomes(operation, failureOf);
  const cells = [`\`${name}\``, `\`${action}\``, states, tasks, [...during].join(' → ')];
  return [...cells, outcomes(operation, endOf), failure, overtakes ? 'yes' : 'no'];
}

/** A table whose columns are aligned, as the formatter of the repository wants them. */
function table(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [first, ...rest] = rows.map(line);
  return [first, line(widths.map((width) => '-'.repeat(width))), ...rest].join('\n');
}

const COLUMNS = [
  'operation',
  'recorded as',
  'from vm_state',
  'from task_state',
  'task_state meanwhile',
  'then',
  'when it fails',
  'overtakes',
];

function edges(): readonly string[] {
  const found = ['[*] --> building: create'];
  for (const operation of Object.values(OPERATIONS)) {
    const { name } = operation;
    const starts = name === 'create' ? (['building'] as const) : startsOf(operation);
    for (const vmState of starts) {
      const end = endOf(operation, vmState);
      const failure = failureOf(operation, vmState);
      found.push(`${vmState} --> ${end}: ${name === 'create' ? 'built' : name}`);
      if (failure !== end && failure !== vmState) found.push(`${vmState} --> ${failure}: ${name} fails`);
    }
  }
  return [...found, 'active --> stopped: the guest ends by itself', 'deleted --> [*]'];
}

/** The page docs/vmstates.md: what the table of operations says, for readers. */
export function vmStatesPage(): string {
  return `# The states of an instance

Made by \`npm run docs\` from the table of operations (\`actors/instance/operations/index.ts\`); a test compares the two.
\`vm_state\` is what an instance is, \`task_state\` what is being done to it. In a state that is not listed an operation is
answered with 409; a locked instance takes operations of administrators only.

${table([COLUMNS, ...Object.values(OPERATIONS).map(rowOf)])}

\`resumeGuest\` and \`keepStopped\` are begun by the host, not by users: the first after an outage that ended guests, the
second when a guest runs although its instance is stopped.

An operation that overtakes ends the one that is under way: its effect is taken back, and its answers come too late.
\`delete\` (left out below) leads from every state to \`deleted\`.

\`\`\`mermaid
stateDiagram-v2
${edges()
  .map((edge) => `  ${edge}`)
  .join('\n')}
\`\`\`
`;
}
