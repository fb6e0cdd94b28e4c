import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Caller } from '../drivers/identity.ts';
import type { Cancel, Clock } from '../runtime/clock.ts';
import {
  type CompiledPolicies,
  compilePolicies,
  type PolicyEngine,
  PolicyRefused,
  type PolicySources,
} from './policy.ts';
import type { PolicyTarget } from './policy-check.ts';
import { PolicyFileRefused, readPolicyFile } from './policy-file.ts';

/** Where the rules come from, and who hears of them. */
export interface LivePolicyOptions<Rule extends string> extends Omit<PolicySources<Rule>, 'overrides'> {
  /** YAML or JSON with an operator's check strings; null: the defaults. */
  readonly file: string | null;
  readonly clock: Pick<Clock, 'after'>;
  /** Hears of warnings about the file, of each reload, and why a changed file was not taken. */
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

/** How often the file is looked at where nobody tells of changes, in milliseconds: network file systems do not. */
const LOOK_EVERY_MS = 5_000;
/** How long after a change the file is read, in milliseconds: editors write in several steps. */
const SETTLE_MS = 100;

/** The rules of a file with the defaults around it. Throws PolicyFileRefused, which names the rule and its line. */
export const policiesOfFile = <Rule extends string>(
  sources: Omit<PolicySources<Rule>, 'overrides'>,
  file: string | null,
): CompiledPolicies<Rule> => {
  if (file === null) return compilePolicies(sources);
  const { overrides, lines } = readPolicyFile(file);
  try {
    return compilePolicies({ ...sources, overrides });
  } catch (error) {
    if (!(error instanceof PolicyRefused)) throw error;
    throw new PolicyFileRefused(`The policy file ${file}, line ${lines.get(error.rule) ?? 1}: ${error.message}.`);
  }
};

/** Tells one state of a file from another without reading it. */
const stampOf = (file: string): string => {
  try {
    const { mtimeMs, size, ino } = statSync(file);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return 'absent';
  }
};

/**
 * Rules that follow their file: a changed file is read again, and one that cannot be used leaves the rules as they are
 * and is told to the log. The constructor throws PolicyFileRefused.
 */
export class LivePolicies<Rule extends string> implements PolicyEngine<Rule> {
  readonly #options: LivePolicyOptions<Rule>;
  #current: CompiledPolicies<Rule>;
  #stamp: string;
  #watcher: FSWatcher | null = null;
  #settling: Cancel | null = null;
  #looking: Cancel | null = null;

  constructor(options: LivePolicyOptions<Rule>) {
    this.#options = options;
    const { file } = options;
    this.#stamp = file === null ? '' : stampOf(file);
    this.#current = policiesOfFile(options, file);
    this.#tellWarnings();
    if (file === null) return;
    this.#watch(file);
    this.#lookLater(file);
  }

  allows(rule: Rule, caller: Caller, target: PolicyTarget): boolean {
    return this.#current.allows(rule, caller, target);
  }

  /** Stops following the file. */
  close(): void {
    this.#watcher?.close();
    this.#watcher = null;
    this.#settling?.();
    this.#looking?.();
  }

  #tellWarnings(): void {
    for (const warning of this.#current.warnings) this.#options.log('warn', `policy file: ${warning}`);
  }

  /** The folder is watched, not the file: a file that is replaced by renaming would no longer be the one watched. */
  #watch(file: string): void {
    try {
      const watcher = watch(dirname(file), { persistent: false }, (_, name) => {
        if (name !== null && name !== basename(file)) return;
        this.#settling?.();
        this.#settling = this.#options.clock.after(SETTLE_MS, () => this.#look(file));
      });
      watcher.on('error', () => watcher.close());
      this.#watcher = watcher;
    } catch {
      // Out of watches, or a file system without them: looking from time to time goes on.
    }
  }

  #lookLater(file: string): void {
    this.#looking = this.#options.clock.after(LOOK_EVERY_MS, () => {
      this.#look(file);
      this.#lookLater(file);
    });
  }

  #look(file: string): void {
    const stamp = stampOf(file);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    const { log } = this.#options;
    try {
      this.#current = policiesOfFile(this.#options, file);
    } catch (error) {
      if (!(error instanceof PolicyFileRefused)) throw error;
      log('error', `${error.message} The rules stay as they were.`);
      return;
    }
    log('info', `the policy file ${file} was read again`);
    this.#tellWarnings();
  }
}
