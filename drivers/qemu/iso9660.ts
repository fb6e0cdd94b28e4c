import { descriptor, pathTable, terminator } from './iso9660-descriptors.ts';
import { type Extent, type IsoDirectory, type NamingRules, sectorBytes, sectorsOf } from './iso9660-layout.ts';
import { directoryBytes, joliet, rockRidge } from './iso9660-records.ts';

/** A file of an ISO image: its path with `/` between the parts, and what it holds. */
export interface IsoFile {
  readonly path: string;
  readonly content: Uint8Array;
}

const firstFreeSector = 19; // 16 sectors of system area, then two volume descriptors and the terminator

/**
 * Empty sectors at the end, as many as mkisofs adds. Systems read ahead, and busybox gives a drive up that ends before the
 * places (up to 68 KiB) where it looks for labels of other file systems.
 */
const paddingSectors = 150;

function treeOf(files: readonly IsoFile[]): IsoDirectory {
  const root: IsoDirectory = { name: '', parent: null, directories: new Map(), files: new Map() };
  for (const file of files) {
    const parts = file.path.split('/');
    const name = parts.pop() ?? '';
    let directory = root;
    for (const part of parts) {
      const known = directory.directories.get(part);
      const next = known ?? { name: part, parent: directory, directories: new Map(), files: new Map() };
      if (known === undefined) directory.directories.set(part, next);
      directory = next;
    }
    if (directory.files.has(name) || directory.directories.has(name))
      throw new Error(`twice in the image: ${file.path}`);
    directory.files.set(name, file.content);
  }
  return root;
}

/** All directories, parents first and by level, as path tables want them. */
function levelsOf(root: IsoDirectory): readonly IsoDirectory[] {
  const all = [root];
  for (let at = 0; at < all.length; at += 1) {
    const children = all[at]?.directories.values() ?? [];
    all.push(...[...children].sort((a, b) => (a.name < b.name ? -1 : 1)));
  }
  return all;
}

/**
 * An ISO 9660 image (ECMA-119) of a few small files, with their true names twice: by Rock Ridge, which Linux and the
 * BSDs read, and by Joliet, which Windows reads. `created` is stamped on everything, so the same input gives the same
 * bytes. Names must be 1 to 31 characters of `A-Za-z0-9._-`: a broken name is a bug of the caller and throws.
 */
export function isoImage(volumeName: string, files: readonly IsoFile[], created: Date): Buffer {
  const directories = levelsOf(treeOf(files));
  let nextSector = firstFreeSector;
  const place = (bytes: number): Extent => {
    const extent = { sector: nextSector, bytes };
    nextSector += Math.max(1, sectorsOf(bytes));
    return extent;
  };

  // Sizes do not depend on places, so a first pass with empty extents measures and the second one writes.
  const nowhere: Extent = { sector: 0, bytes: 0 };
  const layOut = (rules: NamingRules) => {
    const tableBytes = pathTable(directories, rules, () => nowhere, 'little').length;
    return {
      rules,
      little: place(tableBytes),
      big: place(tableBytes),
      extents: new Map(
        directories.map((d) => [
          d,
          place(
            directoryBytes(
              d,
              rules,
              () => nowhere,
              () => nowhere,
              created,
            ).length,
          ),
        ]),
      ),
    };
  };
  const trees = [layOut(rockRidge), layOut(joliet)];
  const contents = new Map<Uint8Array, Extent>();
  const fileExtents = new Map<IsoDirectory, Map<string, Extent>>();
  for (const directory of directories) {
    const extents = new Map<string, Extent>();
    for (const [name, content] of directory.files) {
      const extent = contents.get(content) ?? place(content.length);
      contents.set(content, extent);
      extents.set(name, extent);
    }
    fileExtents.set(directory, extents);
  }

  nextSector += paddingSectors;
  const image = Buffer.alloc(nextSector * sectorBytes);
  const put = (bytes: Uint8Array, extent: Extent) => image.set(bytes, extent.sector * sectorBytes);
  trees.forEach((tree, at) => {
    const extentOf = (directory: IsoDirectory) => tree.extents.get(directory) ?? nowhere;
    const root = directories[0];
    if (root === undefined) return;
    const volume = { name: volumeName, sectors: nextSector, created, root: extentOf(root), ...tree };
    image.set(descriptor(volume), (16 + at) * sectorBytes);
    put(pathTable(directories, tree.rules, extentOf, 'little'), tree.little);
    put(pathTable(directories, tree.rules, extentOf, 'big'), tree.big);
    for (const directory of directories) {
      const fileExtent = (name: string) => fileExtents.get(directory)?.get(name) ?? nowhere;
      put(directoryBytes(directory, tree.rules, extentOf, fileExtent, created), extentOf(directory));
    }
  });
  image.set(terminator(), 18 * sectorBytes);
  for (const [content, extent] of contents) put(content, extent);
  return image;
}
