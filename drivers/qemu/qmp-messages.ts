import * as v from 'valibot';

// The wire format of QMP (docs/interop/qmp-spec in QEMU): one JSON object a line. A guest that has taken over its QEMU
// writes these lines, so nothing of them is believed before it was checked.

const version = v.object({
  major: v.pipe(v.number(), v.integer(), v.minValue(0)),
  minor: v.pipe(v.number(), v.integer(), v.minValue(0)),
  micro: v.pipe(v.number(), v.integer(), v.minValue(0)),
});

const greeting = v.object({ QMP: v.object({ version: v.object({ qemu: version }) }) });
const answer = v.object({ return: v.unknown(), id: v.number() });
const refusal = v.object({ error: v.object({ class: v.string(), desc: v.string() }), id: v.optional(v.number()) });
const event = v.object({
  event: v.pipe(v.string(), v.maxLength(64)),
  data: v.optional(v.record(v.string(), v.unknown())),
});

/** One line from QMP, as it concerns us. */
export type QmpMessage =
  | { readonly type: 'greeting' }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'refusal'; readonly id: number | null; readonly reason: string }
  | { readonly type: 'event'; readonly name: string; readonly data: Readonly<Record<string, unknown>> };

/** Reads a line; null when it is no QMP message. */
export function parseQmpLine(line: string): QmpMessage | null {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return null;
  if ('return' in json) {
    const read = v.safeParse(answer, json);
    return read.success ? { type: 'answer', id: read.output.id, value: read.output.return } : null;
  }
  if ('event' in json) {
    const read = v.safeParse(event, json);
    return read.success ? { type: 'event', name: read.output.event, data: read.output.data ?? {} } : null;
  }
  if ('error' in json) {
    const read = v.safeParse(refusal, json);
    if (!read.success) return null;
    const { class: kind, desc } = read.output.error;
    return { type: 'refusal', id: read.output.id ?? null, reason: `${kind}: ${desc}`.slice(0, 500) };
  }
  return v.is(greeting, json) ? { type: 'greeting' } : null;
}

/** Answer of `query-status`: RunState of QEMU. */
export const queryStatus = v.object({ status: v.pipe(v.string(), v.maxLength(64)) });

/** Answer of `query-uuid`. */
export const queryUuid = v.object({ UUID: v.pipe(v.string(), v.maxLength(64)) });

/** Data of the event SHUTDOWN: ShutdownCause of QEMU. */
export const shutdownData = v.object({ guest: v.boolean(), reason: v.pipe(v.string(), v.maxLength(64)) });
