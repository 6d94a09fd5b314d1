import type { Attribute, AttributeKind, AttributeTypes } from './attribute.ts';

/**
 * Who owns a row, and how one knows:
 * - `partition`: the hash key is the caller's partition
 * - `child`: the row belongs to a thread; whoever owns the thread owns the row
 * - `row`: keyed by something else; the row itself carries `partition_key`
 * - `global`: everybody's to read, an administrator's to write
 */
export type ScopeKind = 'partition' | 'child' | 'row' | 'global';

export type Attributes = Readonly<Record<string, Attribute>>;

/** How new range keys look; `natural` keys come from the caller and may create a row. */
export type KeyFormat = 'digits20' | 'natural';

export interface Index<N extends string = string> {
  readonly name: string;
  readonly kind: 'local' | 'global';
  /** Only for global indexes; local ones share the table's hash key. */
  readonly hash?: N;
  readonly range: N;
}

/** How one list argument narrows a list. `argument` types other than String are the wire contract's. */
export type Filter<N extends string = string> =
  | { readonly test: 'equals' | 'contains'; readonly attribute: N; readonly path?: readonly string[] }
  | { readonly test: 'oneOf'; readonly attribute: N }
  /** Kept in the contract with a type its data never had: accepted, matches nothing it should not, does nothing. */
  | { readonly test: 'ignored'; readonly argument: 'Int' | '[String]' }
  /** `below` is exclusive, `from` inclusive, 0 means absent; `choose` names the attribute through `among`. */
  | {
      readonly test: 'range';
      readonly choose: string;
      readonly among: Readonly<Record<string, N>>;
      readonly below: string;
      readonly from: string;
    };

export interface ListDefinition<N extends string = string, I extends string = string> {
  /** The index a list uses when nothing selects another one. Absent: the table itself. */
  readonly index?: I;
  readonly order: 'ascending' | 'descending';
  /** The attribute bounded by `<name>Gt` / `<name>Lt`; always the range of `index`. */
  readonly between?: N;
  /** Where those bounds are called otherwise, inclusive, and served by an index of their own (unix seconds). */
  readonly bounds?: { readonly index: I; readonly from: string; readonly to: string };
  /** Equality arguments that have an index of their own: argument (= attribute) → index. */
  readonly selectors?: Readonly<Record<string, I>>;
  /** Remaining arguments, by argument name. */
  readonly filters?: Readonly<Record<string, Filter<N>>>;
}

/** Entities of which many versions exist and at most one per family is active. */
export interface Versioning<N extends string = string, I extends string = string> {
  readonly family: N;
  readonly familyIndex: I;
  /** New family ids are `<prefix>-<unix seconds>-<8 hex>`. */
  readonly prefix: string;
  /** Gets " (Copy)" on `duplicate`. */
  readonly name: N;
}

export interface EntityDefinition<
  A extends Attributes = Attributes,
  I extends string = string,
  H extends keyof A & string = keyof A & string,
  R extends keyof A & string = keyof A & string,
> {
  /** Singular, camelCase: the GraphQL field; `<name>List`, `insertUpdate<Name>`, `delete<Name>` follow from it. */
  readonly name: string;
  /** Spelled as in the contract's types: `<typeName>Type`, `<typeName>ListType`, `InsertUpdate<typeName>`. */
  readonly typeName: string;
  /** Without the prefix that a deployment puts before it. */
  readonly table: string;
  readonly scope: ScopeKind;
  readonly key: { readonly hash: H; readonly range: R; readonly format: KeyFormat };
  readonly attributes: A;
  readonly indexes: Readonly<Record<I, Index<keyof A & string>>>;
  readonly list: ListDefinition<keyof A & string, I>;
  readonly versioning?: Versioning<keyof A & string, I>;
  /** Rows are written once and returned unchanged when written again. */
  readonly insertOnly?: boolean;
  /** The string "null" means null in updates of these (reference behaviour, entity by entity). */
  readonly nullString?: boolean;
  /** An integer attribute with the unix second after which DynamoDB removes the row, some time within two days. */
  readonly ttl?: keyof A & string;
}

type Filled<A extends Attributes> = {
  [N in keyof A]: A[N] extends Attribute<AttributeKind, true> ? N : never;
}[keyof A];

/** A row as the engine reads it: every attribute present, null where nothing is stored and no default exists. */
export type ItemOf<D> =
  D extends EntityDefinition<infer A, string>
    ? { [N in Filled<A>]: AttributeTypes[A[N]['kind']] } & {
        [N in Exclude<keyof A, Filled<A>>]: AttributeTypes[A[N]['kind']] | null;
      }
    : never;

/** The attributes that name one row within its scope: what a caller passes to read it. */
export type KeyOf<D> =
  D extends EntityDefinition<infer A, string, infer H, infer R>
    ? D extends { readonly scope: 'partition' | 'child' }
      ? { [N in R]: AttributeTypes[A[N]['kind']] }
      : { [N in H | R]: AttributeTypes[A[N]['kind']] }
    : never;

/** Checks a definition's names against its own attributes at compile time, and freezes it. */
export function defineEntity<
  const A extends Attributes,
  const I extends string,
  const H extends keyof A & string,
  const R extends keyof A & string,
  const S extends ScopeKind,
>(
  definition: EntityDefinition<A, I, H, R> & { readonly scope: S },
): EntityDefinition<A, I, H, R> & { readonly scope: S } {
  return deepFreeze(definition);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
