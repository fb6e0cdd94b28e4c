import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { parse } from 'yaml';
import { DEFAULT_SCHEDULER_OPTIONS } from '../../actors/scheduler/options.ts';
import { FILTERS, WEIGHERS } from '../../actors/scheduler/registry.ts';
import { requestFilters } from '../../actors/scheduler/request-filters/index.ts';
import { checkSettings } from '../../composition/settings.ts';

const ROOT = join(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/scheduler.md'), 'utf8');

/** The rows of the table under a heading, as their cells. */
function tableUnder(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  const lines = own.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const nameIn = (cell = ''): string => cell.replaceAll('`', '');
const options = DEFAULT_SCHEDULER_OPTIONS;
const filters = FILTERS.map((make) => make(options));
const weighers = WEIGHERS.map((make) => make(options));

test('docs/scheduler.md tells of every filter, which are enabled, and which are asked at a rebuild', () => {
  const told = tableUnder('Filters').map(([name, on, rebuild]) => [nameIn(name), on, rebuild]);
  const there = filters.map(({ name, runsOnRebuild }) => [
    name,
    options.enabledFilters.includes(name) ? 'on' : '',
    runsOnRebuild ? 'rebuild' : '',
  ]);
  assert.deepEqual(told.sort(), there.sort());
});

test('docs/scheduler.md tells of every weigher with its multiplier', () => {
  const multipliers = new Map<string, number>(Object.entries(options.multipliers));
  const told = tableUnder('Weighers');
  assert.deepEqual(told.map(([name]) => nameIn(name)).sort(), weighers.map(({ name }) => name).sort());
  assert.deepEqual(told.map(([, key]) => nameIn(key)).sort(), [...multipliers.keys()].sort());
  for (const [, key, multiplier] of told) assert.equal(multipliers.get(nameIn(key)), Number(multiplier), key);
});

test('docs/scheduler.md tells of every request filter, and of the setting that switches it on', () => {
  const all = {
    ...options,
    limitTenantsToPlacementAggregate: true,
    queryPlacementForImageTypeSupport: true,
    enableIsolatedAggregateFiltering: true,
    imageMetadataPrefilter: true,
  };
  const byDefault = new Set(requestFilters(options).map(({ name }) => name));
  const told = tableUnder('Request filters');
  assert.deepEqual(
    told.map(([name]) => nameIn(name)).sort(),
    requestFilters(all)
      .map(({ name }) => name)
      .sort(),
  );
  for (const [name, setting] of told) assert.equal(byDefault.has(nameIn(name)), setting === '', name);
});

test('the example in docs/scheduler.md is accepted', () => {
  const [, example = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];
  const { scheduler } = checkSettings(parse(example), 'The example');
  assert.equal(scheduler.enabledFilters.length, 8);
  assert.equal(scheduler.multipliers.disk, 0);
});

const CONTRACT = join(ROOT, '../shared/compute-api/scheduler.json');
const skip = existsSync(CONTRACT) ? false : 'the extracted contract is not on this machine';

interface Contract {
  readonly filters: Readonly<Record<string, { readonly default_enabled: boolean; readonly runs_on_rebuild: boolean }>>;
  readonly weighers: Readonly<
    Record<
      string,
      { readonly multiplier_options: Readonly<Record<string, unknown>>; readonly aggregate_metadata_override: string }
    >
  >;
  readonly config_options: readonly { readonly group: string; readonly name: string; readonly default: unknown }[];
}
const contract = (): Contract => JSON.parse(readFileSync(CONTRACT, 'utf8'));

test('the filters are those of Nova, and enabled where they are in Nova', { skip }, () => {
  const novas = Object.entries(contract().filters);
  assert.deepEqual(filters.map(({ name }) => name).sort(), novas.map(([name]) => name).sort());
  for (const [name, { default_enabled, runs_on_rebuild }] of novas) {
    assert.equal(options.enabledFilters.includes(name), default_enabled, name);
    const own = filters.find((filter) => filter.name === name);
    assert.equal(own?.runsOnRebuild === true, runs_on_rebuild, name);
  }
});

test('the weighers are those of Nova, with the multipliers of Nova', { skip }, () => {
  const novas = Object.entries(contract().weighers);
  assert.deepEqual(weighers.map(({ name }) => name).sort(), novas.map(([name]) => name).sort());
  const multipliers = new Map<string, number>(Object.entries(options.multipliers));
  for (const [name, { multiplier_options, aggregate_metadata_override: key }] of novas) {
    const [multiplier] = Object.entries(multiplier_options).flatMap(([option, value]) =>
      option.endsWith('weight_multiplier') ? [value] : [],
    );
    assert.equal(multipliers.get(key), multiplier, name);
  }
});

test('every scheduler option of Nova is a setting, or stands in docs/scheduler.md as not there', { skip }, () => {
  const { scheduler } = checkSettings({}, 'Nothing');
  const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const own = new Map<string, unknown>(Object.entries(scheduler));
  for (const { group, name, default: fallback } of contract().config_options) {
    if (group !== 'scheduler' && group !== 'filter_scheduler') continue;
    if (name.endsWith('_weight_multiplier') || name === 'weight_classes') continue;
    if (page.includes(`\`${name}\``)) continue;
    assert.ok(own.has(camel(name)) || SETTINGS_WITHOUT_DEFAULT.has(camel(name)), name);
    if (fallback !== null && own.has(camel(name))) assert.deepEqual(own.get(camel(name)), fallback, name);
  }
});

const SETTINGS_WITHOUT_DEFAULT = new Set([
  'imagePropertiesDefaultArchitecture',
  'aggregateImagePropertiesIsolationNamespace',
  'imagePropsWeightSetting',
]);
