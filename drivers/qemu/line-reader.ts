/** Cuts a stream of bytes into lines. Answers false, and takes no more, once a line is longer than the limit. */
export interface LineReader {
  take(chunk: Buffer): boolean;
}

/** Makes a reader that hands each line (without its end) to `onLine`. Never holds more than `lineBytesMax`. */
export function createLineReader(lineBytesMax: number, onLine: (line: string) => void): LineReader {
  let parts: Buffer[] = [];
  let held = 0;
  let broken = false;
  return {
    take(chunk) {
      let from = 0;
      while (!broken) {
        const end = chunk.indexOf(0x0a, from);
        const piece = chunk.subarray(from, end === -1 ? chunk.length : end);
        held += piece.length;
        if (held > lineBytesMax) {
          broken = true;
          parts = [];
          break;
        }
        if (piece.length > 0) parts.push(piece);
        if (end === -1) break;
        const line = Buffer.concat(parts).toString('utf8').trim();
        parts = [];
        held = 0;
        from = end + 1;
        if (line !== '') onLine(line);
      }
      return !broken;
    },
  };
}
