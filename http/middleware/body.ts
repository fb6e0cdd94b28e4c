/** Largest body of a request in bytes: oslo.middleware's max_request_body_size, which Nova's clients know. */
export const BODY_BYTES_MAX = 114_688;

/** The bytes of a body as text; null when there are too many of them, undefined when they are not UTF-8, or not whole. */
export type BodyText = string | null | undefined;

const decoder = new TextDecoder('utf-8', { fatal: true });

const decode = (bytes: Uint8Array | ArrayBuffer): BodyText => {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
};

/** Whether the announced length is too large (or no length at all): known before the body is read. */
export const announcesTooMuch = (contentLength: string | undefined, limitBytes: number): boolean =>
  contentLength !== undefined && !(Number(contentLength) <= limitBytes);

/** Reads a body, never more of it than the limit; nothing of one that is announced to be larger. One that breaks off, because its client is gone, is no text either. */
export const readBody = async (
  request: Request,
  contentLength: string | undefined,
  limitBytes: number,
): Promise<BodyText> => {
  if (announcesTooMuch(contentLength, limitBytes)) return null;
  try {
    return await bodyText(request, contentLength, limitBytes);
  } catch {
    return undefined;
  }
};

const bodyText = async (request: Request, contentLength: string | undefined, limitBytes: number): Promise<BodyText> => {
  // With a length the HTTP parser itself ends the body there.
  if (contentLength !== undefined) return decode(await request.arrayBuffer());
  if (request.body === null) return '';
  const chunks: Uint8Array[] = [];
  let total = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!(value instanceof Uint8Array)) return undefined;
    total += value.byteLength;
    if (total > limitBytes) {
      reader.cancel().catch(() => undefined);
      return null;
    }
    chunks.push(value);
  }
  return decode(Buffer.concat(chunks));
};

const JSON_TYPES: ReadonlySet<string> = new Set([
  '',
  'text/plain',
  'application/json',
  'application/vnd.openstack.compute+json',
]);

/** Whether a body of this content type is taken as JSON; none and text/plain are. Others are 415, whatever the method. */
export const isJsonType = (contentType: string | undefined): boolean => {
  if (contentType === undefined || contentType === 'application/json') return true;
  const end = contentType.indexOf(';');
  return JSON_TYPES.has((end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase());
};

/** A parsed body, or that it is no JSON. */
export type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

/** Deepest nesting of a body. Bounds every recursion over it further in; Nova's own bodies need fewer than ten. */
const DEPTH_MAX = 64;

const isTooDeep = (text: string): boolean => {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quoted) {
      if (character === '\\') at += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{' || character === '[') {
      depth += 1;
      if (depth > DEPTH_MAX) return true;
    } else if (character === '}' || character === ']') depth -= 1;
  }
  return false;
};

/** The one key that JavaScript does not treat as data everywhere: stores write it under another name. */
const UNUSABLE_KEY = '__proto__';

const hasUnusableKey = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, UNUSABLE_KEY) || Object.values(value).some(hasUnusableKey);
};

/** Whether it may have it, also written with escapes: nearly no text gets beyond this. */
const maySayUnusableKey = (text: string): boolean => text.includes(UNUSABLE_KEY) || text.includes('\\u');

/** Parses a body. An empty one is null; one that is nested too deeply, or has a key `__proto__`, counts as malformed. */
export const parseBody = (text: BodyText): Parsed => {
  if (text === '') return { ok: true, value: null };
  if (text === undefined || text === null || isTooDeep(text)) return { ok: false };
  try {
    const value: unknown = JSON.parse(text);
    return maySayUnusableKey(text) && hasUnusableKey(value) ? { ok: false } : { ok: true, value };
  } catch {
    return { ok: false };
  }
};

/** The action that a body names, or how the peek fails. Quirks of a list or a text: nova/api/openstack/wsgi.py. */
export type ActionPeek = { readonly action: string } | 'malformed' | 'not found';

/** Looks at the one key of an action's body. */
export const peekAction = (text: BodyText): ActionPeek => {
  if (text === '') return 'malformed';
  const parsed = parseBody(text);
  if (!parsed.ok) return 'malformed';
  const { value } = parsed;
  if (typeof value === 'string' || Array.isArray(value)) return value.length === 1 ? 'not found' : 'malformed';
  if (typeof value !== 'object' || value === null) return 'not found';
  const [action, ...others] = Object.keys(value);
  return action === undefined || others.length > 0 ? 'malformed' : { action };
};
