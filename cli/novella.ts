#!/usr/bin/env node
import { guests } from './guests.ts';
import { isRefusal } from './refusal.ts';
import { serve } from './serve.ts';

const USAGE = `novella: a compute controller that speaks the OpenStack Compute API

  novella serve [FLAGS]     run the cloud and its API
  novella guests [FLAGS]    the guests on this machine, and how to log in to them
  novella help [COMMAND]    this text, or that of a command

Run "novella help serve" for the flags.
`;

/** Commands by name: each takes its arguments and answers with the exit status. */
const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = { serve, guests };

async function main(args: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = args;
  const command = COMMANDS[name];
  if (command) return command(rest);
  if (name === 'help' || name === '--help' || name === '-h') {
    const asked = rest[0] === undefined ? undefined : COMMANDS[rest[0]];
    if (asked) return asked(['--help']);
    process.stdout.write(USAGE);
    return 0;
  }
  process.stderr.write(`novella: there is no command "${name}".\n\n${USAGE}`);
  return 2;
}

/** Exit status 2: refused, with a line that says what to mend. */
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!isRefusal(error)) throw error;
  process.stderr.write(`novella: ${error.message}\n`);
  process.exitCode = 2;
}
