import assert from 'node:assert/strict';

/** A sample as it was read. */
export interface ReadSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric as it was read. */
export interface ReadFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: ReadSample[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: [''],
  gauge: [''],
  summary: ['', '_sum', '_count'],
  histogram: ['_bucket', '_sum', '_count'],
};

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== '') {
    const [whole = '', label = '', value = ''] = /^([^=]+)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/.exec(rest) ?? [];
    assert.ok(whole !== '', `no label: ${rest}`);
    assert.match(label, LABEL);
    assert.ok(!(label in labels), `${label} stands there twice`);
    labels[label] = value.replace(/\\(.)/g, (_, escaped) => (escaped === 'n' ? '\n' : String(escaped)));
    rest = rest.slice(whole.length);
  }
  return labels;
}

function readNumber(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  if (text === 'NaN') return Number.NaN;
  assert.match(text, /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/, 'no number');
  return Number(text);
}

function checkHistogram({ name, samples }: ReadFamily): void {
  const last = new Map<string, { readonly atMost: number; readonly count: number }>();
  for (const sample of samples.filter((one) => one.name === `${name}_bucket`)) {
    const { le = '', ...labels } = sample.labels;
    const key = JSON.stringify(labels);
    const before = last.get(key) ?? { atMost: Number.NEGATIVE_INFINITY, count: 0 };
    const atMost = readNumber(le);
    assert.ok(atMost > before.atMost && sample.value >= before.count, `${name}: buckets are not cumulative`);
    last.set(key, { atMost, count: sample.value });
  }
  for (const [key, { atMost, count }] of last) {
    assert.equal(atMost, Number.POSITIVE_INFINITY);
    const total = samples.find((one) => one.name === `${name}_count` && JSON.stringify(one.labels) === key);
    assert.equal(total?.value, count, `${name}: the last bucket holds all`);
  }
}

/**
 * Reads Prometheus' text format strictly, and checks what `promtool check metrics` does: HELP and TYPE before the samples,
 * each family once and together, no series twice, `_total` for counters and for nothing else, cumulative buckets.
 */
export function readExposition(text: string): ReadonlyMap<string, ReadFamily> {
  assert.ok(text.endsWith('\n'), 'the last line must end');
  const families = new Map<string, ReadFamily>();
  const seen = new Set<string>();
  let family: ReadFamily | null = null;
  let help: readonly [string, string] | null = null;
  for (const line of text.slice(0, -1).split('\n')) {
    const [, helped, about] = /^# HELP (\S+) (.+)$/.exec(line) ?? [];
    if (helped !== undefined && about !== undefined) {
      assert.match(helped, NAME);
      help = [helped, about];
      continue;
    }
    const [, typed, type] = /^# TYPE (\S+) (counter|gauge|summary|histogram)$/.exec(line) ?? [];
    if (typed !== undefined && type !== undefined) {
      assert.equal(help?.[0], typed, 'HELP comes before TYPE');
      assert.ok(!families.has(typed), `${typed} stands there twice`);
      assert.equal(typed.endsWith('_total'), type === 'counter', `${typed} is a ${type}`);
      family = { name: typed, type, help: help?.[1] ?? '', samples: [] };
      families.set(typed, family);
      continue;
    }
    const [, name = '', , labels = '', value = ''] = /^([^{\s]+)(\{(.*)\})? (\S+)$/.exec(line) ?? [];
    assert.ok(family !== null, `a sample without a TYPE: ${line}`);
    const { name: base, type: of } = family;
    assert.ok(
      (SUFFIXES[of] ?? []).some((suffix) => name === base + suffix),
      `${name} in the family ${base}`,
    );
    assert.ok(!seen.has(line.slice(0, line.lastIndexOf(' '))), `a series twice: ${line}`);
    seen.add(line.slice(0, line.lastIndexOf(' ')));
    family.samples.push({ name, labels: readLabels(labels), value: readNumber(value) });
  }
  for (const found of families.values()) {
    assert.ok(found.samples.length > 0, `${found.name} is empty`);
    if (found.type === 'histogram') checkHistogram(found);
  }
  return families;
}
