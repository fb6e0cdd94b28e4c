type Properties = Readonly<Record<string, string>>;

interface Held {
  readonly host: string;
  readonly properties: Properties;
}

const NO_PROPERTIES: Properties = {};

/** How many servers of a host have an image with a property. Kept only where ImagePropertiesWeigher counts. */
export class ImagePropertyCounts {
  readonly #held = new Map<string, Held>();
  /** By host, then by property with its value. */
  readonly #counts = new Map<string, Map<string, number>>();

  /** Hosts with any server whose image has properties. */
  get hosts(): Iterable<string> {
    return this.#counts.keys();
  }

  /** The server is on this host, with an image of these properties; telling it again changes nothing. */
  set(instanceId: string, host: string, properties: Properties = NO_PROPERTIES): void {
    this.delete(instanceId);
    this.#held.set(instanceId, { host, properties });
    this.#count(host, properties, 1);
  }

  /** The server has gone to another host, with its image. */
  move(instanceId: string, host: string): void {
    const held = this.#held.get(instanceId);
    if (held) this.set(instanceId, host, held.properties);
  }

  delete(instanceId: string): void {
    const held = this.#held.get(instanceId);
    if (!held) return;
    this.#held.delete(instanceId);
    this.#count(held.host, held.properties, -1);
  }

  /** Servers of the host whose image has this value of the property. */
  of(host: string, name: string, value: string): number {
    return this.#counts.get(host)?.get(keyOf(name, value)) ?? 0;
  }

  #count(host: string, properties: Properties, change: 1 | -1): void {
    const counts = this.#counts.get(host) ?? new Map<string, number>();
    for (const [name, value] of Object.entries(properties)) {
      const key = keyOf(name, value);
      const count = (counts.get(key) ?? 0) + change;
      if (count > 0) counts.set(key, count);
      else counts.delete(key);
    }
    if (counts.size > 0) this.#counts.set(host, counts);
    else this.#counts.delete(host);
  }
}

const keyOf = (name: string, value: string): string => `${name}\n${value}`;
