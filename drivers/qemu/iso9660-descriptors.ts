import { both16, both32, type Extent, type IsoDirectory, type NamingRules, sectorBytes } from './iso9660-layout.ts';
import { directoryRecord } from './iso9660-records.ts';

/** What a volume descriptor tells. */
export interface Volume {
  readonly name: string;
  readonly sectors: number;
  readonly created: Date;
  readonly root: Extent;
  readonly rules: NamingRules;
  readonly little: Extent;
  readonly big: Extent;
}

/** A time as 16 digits and an offset (ECMA-119, 8.4.26.1). */
const longTime = (at: Date): Buffer =>
  Buffer.concat([
    Buffer.from(
      at
        .toISOString()
        .replaceAll(/[^0-9]/g, '')
        .slice(0, 16),
      'latin1',
    ),
    Buffer.from([0]),
  ]);

const noTime = Buffer.concat([Buffer.from('0'.repeat(16), 'latin1'), Buffer.from([0])]);

/** The primary volume descriptor (ECMA-119, 8.4), or for Joliet the supplementary one (8.5). */
export function descriptor(volume: Volume): Buffer {
  const { rules } = volume;
  const sector = Buffer.alloc(sectorBytes);
  const text = (at: number, bytes: number, value: string) => {
    const padded = value.padEnd(rules.joliet ? Math.floor(bytes / 2) : bytes, ' ');
    const encoded = rules.joliet ? Buffer.from(padded, 'utf16le').swap16() : Buffer.from(padded, 'latin1');
    encoded.copy(sector, at, 0, bytes);
  };
  sector[0] = rules.joliet ? 2 : 1;
  sector.write('CD001', 1, 'latin1');
  sector[6] = 1;
  text(8, 32, 'LINUX');
  text(40, 32, volume.name);
  both32(volume.sectors).copy(sector, 80);
  if (rules.joliet) sector.write('%/E', 88, 'latin1'); // UCS-2 level 3
  both16(1).copy(sector, 120);
  both16(1).copy(sector, 124);
  both16(sectorBytes).copy(sector, 128);
  both32(volume.little.bytes).copy(sector, 132);
  sector.writeUInt32LE(volume.little.sector, 140);
  sector.writeUInt32BE(volume.big.sector, 148);
  directoryRecord(Buffer.from([0]), volume.root, true, volume.created, Buffer.alloc(0)).copy(sector, 156);
  text(190, 128, '');
  text(318, 128, '');
  text(446, 128, '');
  text(574, 128, 'NOVELLA');
  text(702, 37, '');
  text(739, 37, '');
  text(776, 37, '');
  longTime(volume.created).copy(sector, 813);
  longTime(volume.created).copy(sector, 830);
  noTime.copy(sector, 847);
  noTime.copy(sector, 864);
  sector[881] = 1;
  return sector;
}

/** The descriptor that ends the list of descriptors. */
export function terminator(): Buffer {
  const sector = Buffer.alloc(sectorBytes);
  sector[0] = 255;
  sector.write('CD001', 1, 'latin1');
  sector[6] = 1;
  return sector;
}

/** A path table (ECMA-119, 9.4): every directory with its place and the number of its parent. */
export function pathTable(
  directories: readonly IsoDirectory[],
  rules: NamingRules,
  extentOf: (directory: IsoDirectory) => Extent,
  order: 'little' | 'big',
): Buffer {
  const rows = directories.map((directory) => {
    const identifier = directory.parent === null ? Buffer.from([0]) : rules.directoryIdentifier(directory.name);
    const row = Buffer.alloc(8 + identifier.length + (identifier.length % 2));
    const parentNumber = directories.indexOf(directory.parent ?? directory) + 1;
    row[0] = identifier.length;
    if (order === 'little') {
      row.writeUInt32LE(extentOf(directory).sector, 2);
      row.writeUInt16LE(parentNumber, 6);
    } else {
      row.writeUInt32BE(extentOf(directory).sector, 2);
      row.writeUInt16BE(parentNumber, 6);
    }
    identifier.copy(row, 8);
    return row;
  });
  return Buffer.concat(rows);
}
