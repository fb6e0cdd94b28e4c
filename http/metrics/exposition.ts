/** A figure with its labels. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** What is added to the family's name: for summaries and histograms. @default nothing */
  readonly suffix?: '_sum' | '_count' | '_bucket';
}

export type MetricType = 'counter' | 'gauge' | 'summary' | 'histogram';

/** A metric with its samples of the moment. */
export interface Family {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** Media type of the text format, version 0.0.4: what every Prometheus understands. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const escapeHelp = (text: string): string => text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
const escapeLabel = (text: string): string => escapeHelp(text).replace(/"/g, '\\"');

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

/** A label's value of a bucket's bound. */
export const boundText = numberText;

function line(name: string, { labels, value, suffix }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  const shown = pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
  return `${name}${suffix ?? ''}${shown} ${numberText(value)}\n`;
}

/** Metrics in Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats). Families without samples are left out. */
export function expositionOf(families: readonly Family[]): string {
  let text = '';
  for (const { name, type, help, samples } of families) {
    if (samples.length === 0) continue;
    text += `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
    for (const sample of samples) text += line(name, sample);
  }
  return text;
}
