/** How a command bears it when what it prints cannot be written. */
export type OutputNeed =
  /** What it prints is what was asked for. */
  | 'wanted'
  /** It goes on: a cloud must not end with the pipe that its log went into, or for a full disk. */
  | 'beside the point';

/**
 * Hears when standard output or error cannot be written; without a listener Node would end the program with a stack. A reader
 * that has had enough (EPIPE) is nobody's failure. For any other reason a command whose output was wanted says why in a line, and ends with status 1.
 */
export function bearLostOutput(need: OutputNeed): void {
  let isTold = false;
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (need === 'beside the point' || error.code === 'EPIPE' || isTold) return;
    isTold = true;
    process.stderr.write(`novella: standard output cannot be written: ${error.message}\n`);
    // The error comes when the command has ended, and has set a status of its own.
    process.on('exit', () => {
      process.exitCode = 1;
    });
  });
}
