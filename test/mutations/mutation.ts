/** A bug, put in on purpose: the suite must find it. */
export interface Mutation {
  /** What goes wrong, as a short name. */
  readonly name: string;
  /** The file, from the root of the repository. */
  readonly file: string;
  /** Text that stands exactly once in the file. */
  readonly search: string;
  readonly replacement: string;
  /** Why it is a bug. */
  readonly why: string;
}
