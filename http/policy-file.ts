import { readFileSync } from 'node:fs';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';

/** A policy file that cannot be used. The message names the file, the place and the reason. */
export class PolicyFileRefused extends Error {
  override readonly name = 'PolicyFileRefused';
}

/** An operator's check strings, and where in the file they stand. */
export interface PolicyFile {
  /** Check strings by the names of their rules. */
  readonly overrides: ReadonlyMap<string, string>;
  /** Lines of the rules, counted from 1. */
  readonly lines: ReadonlyMap<string, number>;
}

/** Largest policy file in characters; all rules of the Compute API with comments take 50,000. */
const FILE_LENGTH_MAX = 1_048_576;
/** Most rules in a file. */
const RULES_MAX = 10_000;

/** The old form of oslo.policy: a list of alternatives, each a check or a list of checks that must all hold. */
const fromLists = (alternatives: readonly unknown[]): string | null => {
  if (alternatives.length === 0) return '@';
  const texts: string[] = [];
  for (const alternative of alternatives) {
    const checks: readonly unknown[] = Array.isArray(alternative) ? alternative : [alternative];
    if (!checks.every((check) => typeof check === 'string')) return null;
    if (checks.length > 0) texts.push(checks.length === 1 ? checks.join('') : `(${checks.join(' and ')})`);
  }
  return texts.join(' or ');
};

/** Reads the text of a policy file: YAML or JSON, names with check strings. Throws PolicyFileRefused. */
export const parsePolicyFile = (text: string, file: string): PolicyFile => {
  const refused = (reason: string): PolicyFileRefused =>
    new PolicyFileRefused(`The policy file ${file} is refused: ${reason}.`);
  if (text.length > FILE_LENGTH_MAX) throw refused(`it is longer than ${FILE_LENGTH_MAX} characters`);
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [problem] = document.errors;
  if (problem) throw refused(`${problem.message} at line ${lineCounter.linePos(problem.pos[0]).line}`);
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    // An alias of nothing, or too many of them: only seen when they are followed.
    throw refused(error instanceof Error ? error.message : String(error));
  }
  if (content === null || content === undefined) return { overrides: new Map(), lines: new Map() };
  if (typeof content !== 'object' || Array.isArray(content))
    throw refused('it must hold names of rules with check strings');
  const lines = new Map<string, number>();
  if (isMap(document.contents))
    for (const { key } of document.contents.items)
      if (isScalar(key) && key.range) lines.set(String(key.value), lineCounter.linePos(key.range[0]).line);
  const overrides = new Map<string, string>();
  for (const [rule, value] of Object.entries(content)) {
    const check: unknown = Array.isArray(value) ? fromLists(value) : value;
    if (typeof check !== 'string')
      throw refused(`the check string of '${rule}' at line ${lines.get(rule) ?? 1} is no text`);
    overrides.set(rule, check);
  }
  if (overrides.size > RULES_MAX) throw refused(`it holds more than ${RULES_MAX} rules`);
  return { overrides, lines };
};

/** Reads a policy file. Throws PolicyFileRefused. */
export const readPolicyFile = (file: string): PolicyFile => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PolicyFileRefused(`The policy file ${file} cannot be read: ${reason}.`);
  }
  return parsePolicyFile(text, file);
};
