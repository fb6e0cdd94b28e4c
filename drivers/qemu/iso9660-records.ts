import { both16, both32, type Extent, type IsoDirectory, type NamingRules, sectorBytes } from './iso9660-layout.ts';

const plain = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_');

/** `meta_data.json` as `META_DATA.JSON;1`: the name for readers that know neither extension. */
function plainFileName(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? `${plain(name)}.;1` : `${plain(name.slice(0, dot))}.${plain(name.slice(dot + 1))};1`;
}

const field = (signature: string, ...payload: Buffer[]): Buffer => {
  const body = Buffer.concat(payload);
  return Buffer.concat([Buffer.from(signature, 'latin1'), Buffer.from([4 + body.length, 1]), body]);
};

/** Rock Ridge (RRIP 1.09 on SUSP 1.10): the fields SP and ER announce it in the root, PX gives the mode, NM the name. */
export const rockRidge: NamingRules = {
  joliet: false,
  fileIdentifier: (name) => Buffer.from(plainFileName(name), 'latin1'),
  directoryIdentifier: (name) => Buffer.from(plain(name), 'latin1'),
  systemUse({ name, directory, rootItself }) {
    const mode = directory ? 0o040555 : 0o100444;
    const attributes = field('PX', both32(mode), both32(directory ? 2 : 1), both32(0), both32(0));
    const announced = rootItself
      ? [
          field('SP', Buffer.from([0xbe, 0xef, 0])),
          attributes,
          field('ER', Buffer.from([10, 0, 0, 1]), Buffer.from('RRIP_1991A', 'latin1')),
        ]
      : [attributes];
    const named = name === '' ? [] : [field('NM', Buffer.from([0]), Buffer.from(name, 'latin1'))];
    return Buffer.concat([...announced, ...named]);
  },
};

/** Joliet: names in UCS-2, big-endian. */
export const joliet: NamingRules = {
  joliet: true,
  fileIdentifier: (name) => Buffer.from(`${name};1`, 'utf16le').swap16(),
  directoryIdentifier: (name) => Buffer.from(name, 'utf16le').swap16(),
  systemUse: () => Buffer.alloc(0),
};

/** A directory record (ECMA-119, 9.1). */
export function directoryRecord(
  identifier: Buffer,
  extent: Extent,
  directory: boolean,
  created: Date,
  systemUse: Buffer,
): Buffer {
  const padding = identifier.length % 2 === 0 ? 1 : 0;
  const length = 33 + identifier.length + padding + systemUse.length;
  const record = Buffer.alloc(length + (length % 2));
  if (record.length > 255) throw new Error('a name is too long for an ISO image');
  record[0] = record.length;
  both32(extent.sector).copy(record, 2);
  both32(extent.bytes).copy(record, 10);
  record.set(
    [
      created.getUTCFullYear() - 1900,
      created.getUTCMonth() + 1,
      created.getUTCDate(),
      created.getUTCHours(),
      created.getUTCMinutes(),
      created.getUTCSeconds(),
      0, // hours from Greenwich
      directory ? 2 : 0,
    ],
    18,
  );
  both16(1).copy(record, 28);
  record[32] = identifier.length;
  identifier.copy(record, 33);
  systemUse.copy(record, 33 + identifier.length + padding);
  return record;
}

/** The content of a directory: itself, its parent, then its entries in the order of their identifiers. */
export function directoryBytes(
  directory: IsoDirectory,
  rules: NamingRules,
  directoryExtent: (directory: IsoDirectory) => Extent,
  fileExtent: (name: string) => Extent,
  created: Date,
): Buffer {
  const whole = (of: IsoDirectory): Extent => directoryExtent(of);
  const systemUse = (name: string, isDirectory: boolean, rootItself = false) =>
    rules.systemUse({ name, directory: isDirectory, rootItself });
  const self = directoryRecord(
    Buffer.from([0]),
    whole(directory),
    true,
    created,
    systemUse('', true, directory.parent === null),
  );
  const parent = directoryRecord(
    Buffer.from([1]),
    whole(directory.parent ?? directory),
    true,
    created,
    systemUse('', true),
  );

  const entries: { readonly identifier: Buffer; readonly record: Buffer }[] = [];
  const add = (name: string, identifier: Buffer, extent: Extent, isDirectory: boolean) => {
    if (!/^[A-Za-z0-9._-]{1,31}$/.test(name)) throw new Error(`not a name for an ISO image: ${name}`);
    entries.push({
      identifier,
      record: directoryRecord(identifier, extent, isDirectory, created, systemUse(name, isDirectory)),
    });
  };
  for (const [name, child] of directory.directories) add(name, rules.directoryIdentifier(name), whole(child), true);
  for (const name of directory.files.keys()) add(name, rules.fileIdentifier(name), fileExtent(name), false);
  entries.sort((a, b) => Buffer.compare(a.identifier, b.identifier));

  // A record may not cross the border of a sector.
  const sectors: Buffer[][] = [[]];
  let used = 0;
  for (const record of [self, parent, ...entries.map((entry) => entry.record)]) {
    if (used + record.length > sectorBytes) {
      sectors.push([]);
      used = 0;
    }
    sectors.at(-1)?.push(record);
    used += record.length;
  }
  const padded = sectors.map((records) => {
    const sector = Buffer.alloc(sectorBytes);
    Buffer.concat(records).copy(sector);
    return sector;
  });
  return Buffer.concat(padded);
}
