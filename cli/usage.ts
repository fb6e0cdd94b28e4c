/** Prints a command's usage because it was asked for. Returns the exit status of that. */
export function printUsage(usage: string): 0 {
  process.stdout.write(usage);
  return 0;
}

/** Says what is wrong with the words of a command line, and how they are meant. Returns the exit status of a refusal. */
export function misused(problem: string, usage: string): 2 {
  process.stderr.write(`novella: ${problem}.\n\n${usage}`);
  return 2;
}
