import { Packr, Unpackr } from 'msgpackr';
import { type PackedBuffer, packBehind } from './packed.ts';

/** The names of an object's properties, in their order: what many rows have in common. */
export type Shape = readonly string[];

/** Most shapes of a store. Objects of further ones are stored with their names, as any MessagePack map is. */
const SHAPES_MAX = 500;
/** Most properties of a shape. */
const SHAPE_NAMES_MAX = 64;
/** Names that programs give; those that come from people seldom look so. */
const NAME = /^[a-zA-Z][a-zA-Z0-9]{0,39}$/;
/** A shape is worth a number when it has come so often: one that came by accident is not kept for ever. */
const SIGHTINGS = 3;
/** Shapes seen, but not yet often enough, that are remembered. */
const CANDIDATES_MAX = 1_000;
/** After so many rows the encoder's tree of names is built anew, without those that have come to nothing. */
const TREE_ROWS_MAX = 50_000;

/** Bytes of a buffer into which rows are packed; the next one is as large. */
const PACK_BYTES = 65_536;

const FORM = { mapsAsObjects: true, variableMapSize: true, int64AsType: 'number', copyBuffers: true } as const;

/** The list that msgpackr works on: it appends to it and counts those of it that count as shared. */
interface ShapeList extends Array<Shape> {
  sharedLength?: number;
  transitions?: null;
}

/**
 * Whether an object may have a shape at all. Maps that people fill (metadata, extra specs, properties) hold texts
 * alone, and each has its own names: they are stored with them.
 */
function mayHaveShape(object: Readonly<Record<string, unknown>>): boolean {
  for (const name in object) if (typeof object[name] !== 'string') return true;
  return false;
}

/**
 * Encodes values by the shapes of their objects, and learns shapes on the way. A value can be decoded by whoever knows
 * as many shapes as `count` said right after it was encoded.
 */
export class ShapeEncoder {
  readonly #shapes: ShapeList;
  readonly #candidates = new Map<string, number>();
  readonly #packr: Packr;
  #rows = 0;

  constructor(known: readonly Shape[]) {
    this.#shapes = msgpackrList(known);
    this.#packr = new Packr({
      ...FORM,
      structures: this.#shapes,
      useRecords: mayHaveShape,
      maxSharedStructures: SHAPES_MAX,
      maxOwnStructures: 0,
      shouldShareStructure: (names) => this.#isWorthIt(names),
    });
    // Its own buffers hold some rows each, and every one is memory outside of the heap, which makes collections come sooner.
    this.#packr.useBuffer(Buffer.allocUnsafeSlow(PACK_BYTES));
  }

  /** How many shapes are known. It never gets less. */
  get count(): number {
    return this.#shapes.sharedLength ?? 0;
  }

  /** The known shapes in the order of their numbers. */
  shapes(): readonly Shape[] {
    return this.#shapes.slice(0, this.count).map((names) => [...names]);
  }

  /** Encodes a value behind `reserved` bytes (at most 255) of any content. */
  encode(value: unknown, reserved: number): PackedBuffer {
    if (++this.#rows % TREE_ROWS_MAX === 0) this.#shapes.transitions = null;
    return packBehind(this.#packr, value, reserved);
  }

  #isWorthIt(names: Shape): boolean {
    if (names.length === 0 || names.length > SHAPE_NAMES_MAX || !names.every((name) => NAME.test(name))) return false;
    const text = names.join();
    const sightings = (this.#candidates.get(text) ?? 0) + 1;
    if (sightings >= SIGHTINGS) return this.#candidates.delete(text) || true;
    if (this.#candidates.size >= CANDIDATES_MAX) this.#candidates.clear();
    this.#candidates.set(text, sightings);
    return false;
  }
}

/** Decodes what a ShapeEncoder encoded. */
export class ShapeDecoder {
  readonly #unpackr: Unpackr;
  readonly count: number;

  constructor(known: readonly Shape[]) {
    this.count = known.length;
    this.#unpackr = new Unpackr({ ...FORM, structures: msgpackrList(known) });
  }

  decode(bytes: Uint8Array): unknown {
    return this.#unpackr.unpack(bytes);
  }
}

/** From this number on msgpackr writes a shape's number in two bytes. */
const TWO_BYTES_FROM = 32;

/** Shapes as msgpackr keeps them: it reads numbers of two bytes only where a shape says that it has one. */
function msgpackrList(shapes: readonly Shape[]): ShapeList {
  const list: ShapeList = shapes.map((names, index) =>
    Object.assign([...names], {
      isShared: true,
      highByte: index < TWO_BYTES_FROM ? -1 : (index - TWO_BYTES_FROM) >> 5,
    }),
  );
  list.sharedLength = list.length;
  return list;
}
