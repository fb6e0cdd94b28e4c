/** Size of a logical sector and block. */
export const sectorBytes = 2048;

/** Sectors that so many bytes fill. */
export const sectorsOf = (bytes: number): number => Math.ceil(bytes / sectorBytes);

/** Where something lies in the image. */
export interface Extent {
  readonly sector: number;
  readonly bytes: number;
}

/** A directory while the image is laid out. `files` and `directories` are by name. */
export interface IsoDirectory {
  readonly name: string;
  readonly parent: IsoDirectory | null;
  readonly directories: Map<string, IsoDirectory>;
  readonly files: Map<string, Uint8Array>;
}

/** What differs between the plain tree with Rock Ridge and the Joliet tree. */
export interface NamingRules {
  readonly joliet: boolean;
  /** The identifier of a file as it stands in a directory record. */
  fileIdentifier(name: string): Buffer;
  directoryIdentifier(name: string): Buffer;
  /** The system use area: Rock Ridge's fields. */
  systemUse(entry: { readonly name: string; readonly directory: boolean; readonly rootItself: boolean }): Buffer;
}

/** A number in both byte orders, as ISO 9660 keeps most of them. */
export function both32(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(value, 0);
  bytes.writeUInt32BE(value, 4);
  return bytes;
}

/** See both32. */
export function both16(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(value, 0);
  bytes.writeUInt16BE(value, 2);
  return bytes;
}
