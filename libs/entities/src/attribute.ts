/** JSON as DynamoDB maps and lists hold it. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonMap = { [key: string]: Json };

/** What each kind of attribute is in TypeScript. */
export interface AttributeTypes {
  text: string;
  integer: number;
  float: number;
  boolean: boolean;
  /** Stored form `YYYY-MM-DDTHH:mm:ss.ffffff+0000`: text order is time order. */
  timestamp: string;
  /** M */
  json: JsonMap;
  /** L of M */
  jsonList: Json[];
  /** L of S */
  textList: string[];
}
export type AttributeKind = keyof AttributeTypes;

/** Which values inside an attribute are secrets: masked on read, kept when the mask is written back. */
export type Secret = 'everyValue' | 'credentialKeys';

/** One key of the objects in a list: demanded, or filled in. Keys a shape does not name are dropped on write. */
export type ShapeKey = { readonly required: true } | { readonly default: Json } | { readonly optional: true };
export type Shape = Readonly<Record<string, ShapeKey>>;

export interface Attribute<K extends AttributeKind = AttributeKind, Filled extends boolean = boolean> {
  readonly kind: K;
  /** Must be given on create, and cannot be removed: there is no default to read instead. */
  readonly required: boolean;
  /** Applied on create when absent, and on every read of a missing or NULL value. */
  readonly default?: AttributeTypes[K];
  /** False: a key, stamp or clock that the engine writes; never an argument of a caller. */
  readonly writable: boolean;
  readonly secret?: Secret;
  /**
   * True: the keys inside are the caller's own words (HTTP header names), not field names to re-case. A list: so are those
   * below these keys, wherever they are.
   */
  readonly verbatimKeys?: boolean | readonly string[];
  /** What the objects of a `jsonList` consist of, in stored spelling. Absent: anything. */
  readonly shape?: Shape;
  /** The only texts that are written. Rows written by others may hold more: reads show what is there. */
  readonly oneOf?: readonly string[];
  /** Type level only: reads of it are never null. */
  readonly filled?: Filled;
}

interface Options {
  secret?: Secret;
  verbatimKeys?: boolean | readonly string[];
  shape?: Shape;
  oneOf?: readonly string[];
}

/** The three ways to have an attribute of one kind. */
function builder<K extends AttributeKind>(kind: K) {
  return {
    required: (options: Options = {}): Attribute<K, true> => ({
      kind,
      required: true,
      writable: true,
      ...options,
    }),
    optional: (options: Options = {}): Attribute<K, false> => ({
      kind,
      required: false,
      writable: true,
      ...options,
    }),
    default: (value: AttributeTypes[K], options: Options = {}): Attribute<K, true> => ({
      kind,
      required: false,
      writable: true,
      default: value,
      ...options,
    }),
  };
}

export const text = builder('text');
export const integer = builder('integer');
export const float = builder('float');
export const boolean = builder('boolean');
export const json = builder('json');
export const jsonList = builder('jsonList');
export const textList = builder('textList');

/** Written by the engine itself: keys, partition stamps, clocks. */
export const engineText: Attribute<'text', true> = { kind: 'text', required: true, writable: false };
/** A stamp that rows from before partitions do not have. */
export const stampText: Attribute<'text', false> = { kind: 'text', required: false, writable: false };
export const timestamp: Attribute<'timestamp', true> = { kind: 'timestamp', required: true, writable: false };
