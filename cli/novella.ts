#!/usr/bin/env -S node --v8-pool-size=2
import { bearLostOutput } from './output.ts';
import { isRefusal } from './refusal.ts';
import { serve } from './serve.ts';
import { misused, printUsage } from './usage.ts';

const USAGE = `novella: a compute controller that speaks the OpenStack Compute API

  novella serve [FLAGS]     run the cloud and its API
  novella guests [FLAGS]    the guests on this machine, and how to log in to them
  novella policy COMMAND    who may do what: list, check, sample
  novella api DOCUMENT      documents about the API: openapi, schemas
  novella backup --to DIR   copy the state of a cloud, also while it runs
  novella restore --from DIR  make a state directory of a backup
  novella store ACTION      look after its files: status, scrub, migrate, compact
  novella manage db|shard|cell  rows of deleted instances; where shards are; cells
  novella report            what the running cloud is doing
  novella dead-letters ...  messages that no handler would take: list, show, retry, drop
  novella simulate PLAN     play a workload on a fleet: how many hosts it takes
  novella schedule explain  why a server would get which host, or none
  novella consolidation plan  which hosts could be emptied, and by which moves
  novella inspect KIND/ID   what the running cloud knows of an actor
  novella log-level [LEVEL]  shows or changes what it logs
  novella help [COMMAND]    this text, or that of a command

Run "novella help serve" for the flags.
`;

/** Commands by name: each takes its arguments and answers with the exit status. */
const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  serve,
  // Loaded when called: "serve" needs nothing of them.
  guests: async (args) => (await import('./guests.ts')).guests(args),
  policy: async (args) => (await import('./policy.ts')).policy(args),
  api: async (args) => (await import('./api.ts')).api(args),
  backup: async (args) => (await import('./backup.ts')).backup(args),
  restore: async (args) => (await import('./restore.ts')).restore(args),
  store: async (args) => (await import('./store.ts')).store(args),
  manage: async (args) => (await import('./manage.ts')).manage(args),
  report: async (args) => (await import('./report.ts')).report(args),
  'dead-letters': async (args) => (await import('./dead-letters.ts')).deadLetters(args),
  consolidation: async (args) => (await import('./consolidation.ts')).consolidation(args),
  simulate: async (args) => (await import('./simulate.ts')).simulate(args),
  schedule: async (args) => (await import('./schedule.ts')).schedule(args),
  inspect: async (args) => (await import('./inspect.ts')).inspect(args),
  'log-level': async (args) => (await import('./log-level.ts')).logLevel(args),
};

async function main(args: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = args;
  const command = COMMANDS[name];
  if (command) return command(rest);
  if (name === 'help' || name === '--help' || name === '-h') {
    const asked = rest[0] === undefined ? undefined : COMMANDS[rest[0]];
    if (asked) return asked(['--help']);
    return printUsage(USAGE);
  }
  return misused(`there is no command "${name}"`, USAGE);
}

bearLostOutput(process.argv[2] === 'serve' ? 'beside the point' : 'wanted');
/** Exit status 2: refused, with a line that says what to mend. */
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!isRefusal(error)) throw error;
  process.stderr.write(`novella: ${error.message}\n`);
  process.exitCode = 2;
}
