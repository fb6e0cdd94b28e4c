/** The second that was asked for last, and its text: what happens to a server mostly happens in one and the same. */
let lastSecond = Number.NaN;
let lastText = '';

const secondOf = (ms: number): string => {
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond) {
    lastText = new Date(second * 1000).toISOString().slice(0, 19);
    lastSecond = second;
  }
  return lastText;
};

/** A moment as most fields show it: UTC, whole seconds. */
export const isoSeconds = (ms: number): string => `${secondOf(ms)}Z`;

const withMicroseconds = (ms: number): string => {
  const thousandths = Math.trunc(ms) - Math.floor(ms / 1000) * 1000;
  return `${secondOf(ms)}.${String(thousandths).padStart(3, '0')}000`;
};

/** A moment as Nova's raw times show it: UTC, six digits of a second, no zone; null stays null. */
export const isoMicroseconds = (ms: number | null): string | null => (ms === null ? null : withMicroseconds(ms));
