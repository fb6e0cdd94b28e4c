/** What is known of a request when its answer is ready. No token, no body, no query: those may hold secrets. */
export interface AccessLogEntry {
  readonly requestId: string;
  readonly globalRequestId: string | null;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** From the arrival of the headers to the answer, in milliseconds. */
  readonly durationMs: number;
  readonly userId: string | null;
  readonly projectId: string | null;
  readonly microversion: string | null;
}

/** Where the front end tells what happens. Called on the hot path: must not throw and should only take a note. */
export interface HttpObserver {
  /** Whether an answer is to be told at all; asked first, since most are not written down. Absent: all are. */
  wants?(method: string, status: number): boolean;
  /** Called once for each answer. */
  finished?(entry: AccessLogEntry): void;
  /** Called for an error that is a bug of ours; the client was told 500 and the request id only. */
  crashed?(error: unknown, requestId: string): void;
}
