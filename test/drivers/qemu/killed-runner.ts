import { runProgram } from '../../../drivers/qemu/program.ts';

// A controller that program.test.ts kills while it waits for a program: says its own process id in a file, then stays.
const [directory] = process.argv.slice(2);
if (directory === undefined) process.exit(2);
const args = ['-c', 'echo $$ > started.part && mv started.part started && exec sleep 600'];
await runProgram('/bin/sh', args, { cwd: directory, signal: new AbortController().signal, timeoutMs: 600_000 });
