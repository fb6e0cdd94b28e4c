import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../storage/temporary-folder.ts';
import { type Controller, endControllers, startController } from './controller.ts';
import { buildProgram } from './program.ts';

/** The program, built, and a folder with the state of a cloud: where one test file starts its controllers, one after the other. */
export class Installation {
  readonly #program = buildProgram();
  readonly #folder = temporaryFolder();
  /** Flags that every controller gets. */
  readonly #flags: readonly string[];
  /** For files of the tests too. */
  readonly path = this.#folder.path;
  readonly stateDir = join(this.path, 'state');
  /** The path of `novella.js`. */
  readonly cli = this.#program.cli;

  /** `config`: the configuration file of its controllers. Without it they have none. */
  constructor(config?: string) {
    const where = ['--state-dir', this.stateDir, '--listen', '127.0.0.1:0', '--driver', 'sim'];
    this.#flags = config === undefined ? where : [...where, '--config', this.file('config.yaml', config)];
  }

  /** Writes a file into the folder. Returns its path. */
  file(name: string, content: string | Uint8Array): string {
    const path = join(this.path, name);
    // Readable for nobody else: ssh refuses a key that is.
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  }

  /** Starts a controller, with simulated hosts unless `flags` say otherwise. */
  serve(...flags: readonly string[]): Controller {
    return startController(this.cli, ['serve', ...this.#flags, ...flags]);
  }

  /** Ends the controllers that still run, and removes everything. */
  async remove(): Promise<void> {
    await endControllers();
    this.#folder.remove();
    this.#program.remove();
  }
}
