import type { ImageProperties } from '../matching/image-properties.ts';
import { IMAGE_PROPERTY_NAMES } from '../matching/image-property-names.ts';
import { multiplierOf } from '../multiplier.ts';
import type { SchedulerOptions } from '../options.ts';
import type { Weigher } from '../weigher.ts';

/**
 * Prefers hosts whose servers have images with the same properties: each such server counts once for each property, or as
 * much as the setting says. Nova: `scheduler/weights/image_props.py`.
 */
export const imagePropertiesWeigher = (options: SchedulerOptions): Weigher => {
  const factors = new Map(Object.entries(options.imagePropsWeightSetting));
  const wantedOf = (properties: ImageProperties = {}): readonly (readonly [string, string, number])[] =>
    Object.entries(properties).flatMap(([name, value]): [string, string, number][] => {
      if (!IMAGE_PROPERTY_NAMES.has(name)) return [];
      const factor = factors.size === 0 ? 1 : (factors.get(name) ?? 0);
      return factor === 0 ? [] : [[name, value, factor]];
    });
  return {
    name: 'ImagePropertiesWeigher',
    compile({ imageProperties }, hosts) {
      const { images } = hosts;
      const wanted = wantedOf(imageProperties);
      if (images === null || wanted.length === 0) return undefined;
      return (row) => {
        const host = hosts.name(row);
        return wanted.reduce((sum, [name, value, factor]) => sum + factor * images.of(host, name, value), 0);
      };
    },
    rows: (_request, hosts) => [...(hosts.images?.hosts ?? [])].flatMap((host) => hosts.row(host) ?? []),
    multiplier: multiplierOf('image_props_weight_multiplier', options),
  };
};
