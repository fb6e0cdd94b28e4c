import type { ClaimRequest } from '../../cell/protocol.ts';
import type { Filter } from '../filter.ts';
import type { HostFacts } from '../host-profiles.ts';
import { partsOf, valuesOfKey } from '../matching/aggregate-metadata.ts';
import { imageProperty } from '../matching/image-properties.ts';
import { IMAGE_PROPERTY_NAMES } from '../matching/image-property-names.ts';
import type { SchedulerOptions } from '../options.ts';

/**
 * Refuses hosts whose aggregates have, under the name of a property of the image, other values than the image. Only
 * properties that Nova knows are looked at; with a namespace, only keys that begin with it. Nova: `scheduler/filters/aggregate_image_properties_isolation.py`.
 */
export const aggregateImagePropertiesIsolation = (options: SchedulerOptions): Filter => {
  const namespace = options.aggregateImagePropertiesIsolationNamespace;
  const prefix = namespace === null ? '' : `${namespace}${options.aggregateImagePropertiesIsolationSeparator}`;
  const mismatchOf = ({ aggregates }: HostFacts, { imageProperties }: ClaimRequest): string | undefined => {
    const keys = new Set(aggregates.flatMap(({ metadata }) => Object.keys(metadata)));
    return [...keys].find((key) => {
      if (!key.startsWith(prefix) || !IMAGE_PROPERTY_NAMES.has(key)) return false;
      const value = imageProperty(imageProperties, key);
      return value !== undefined && value !== '' && !partsOf(valuesOfKey(aggregates, key)).includes(value);
    });
  };
  return {
    name: 'AggregateImagePropertiesIsolation',
    asks: 'facts',
    runsOnRebuild: true,
    compile: (request, hosts) =>
      request.imageProperties === undefined ? undefined : (row) => mismatchOf(hosts.facts(row), request) === undefined,
    reason(request, hosts, row) {
      const facts = hosts.facts(row);
      const key = mismatchOf(facts, request) ?? '';
      const values = partsOf(valuesOfKey(facts.aggregates, key)).join(', ');
      return `its aggregates are for images with ${key} ${values}, not ${request.imageProperties?.[key] ?? ''}`;
    },
  };
};
