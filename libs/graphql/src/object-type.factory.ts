import { type Attribute, type AttributeKind, type EntityDefinition } from '@agent-engine/entities';
import { Field, Float, Int, ObjectType, type ReturnTypeFunc } from '@nestjs/graphql';
import { DateTime } from './date-time.scalar.ts';
import { JsonCamelCase } from './json-camel-case.scalar.ts';

/** A class Nest takes for a GraphQL type. */
export type TypeClass = abstract new () => object;

export interface TypeOptions {
  /** Where it is not `<typeName>Type`. */
  name?: string;
  /** Attributes that are stored but not shown. */
  hidden?: readonly string[];
  /** Lists of JSON that the contract shows as one JSON value. */
  asOneJson?: readonly string[];
}

const fieldTypes: Record<AttributeKind, ReturnTypeFunc> = {
  text: () => String,
  integer: () => Int,
  float: () => Float,
  boolean: () => Boolean,
  timestamp: () => DateTime,
  json: () => JsonCamelCase,
  jsonList: () => [JsonCamelCase],
  textList: () => [String],
};

export const argumentType = ({ kind }: Attribute): ReturnTypeFunc => fieldTypes[kind];

/** Lists are nullable, and so are their items: clients that generate queries need both. */
export const NULLABLE = { nullable: 'itemsAndList' } as const;
export const nullable = (type: ReturnTypeFunc) => (Array.isArray(type()) ? NULLABLE : { nullable: true });

/** The GraphQL type of an entity: every attribute a field, all nullable. Relations are added by its resolver. */
export function objectType(
  definition: EntityDefinition,
  { name: typeName = `${definition.typeName}Type`, hidden = [], asOneJson = [] }: TypeOptions = {},
): TypeClass {
  const type = named(typeName);
  for (const [name, attribute] of Object.entries<Attribute>(definition.attributes)) {
    if (hidden.includes(name)) continue;
    const fieldType = asOneJson.includes(name) ? () => JsonCamelCase : fieldTypes[attribute.kind];
    Field(fieldType, nullable(fieldType))(type.prototype as object, name);
  }
  ObjectType(typeName)(type);
  return type;
}

/** `<typeName>ListType`: a page, its place and, if asked for, the total. */
export function listType(definition: EntityDefinition, item: TypeClass): TypeClass {
  const type = named(`${definition.typeName}ListType`);
  for (const name of ['pageSize', 'pageNumber', 'total'])
    Field(() => Int, { nullable: true })(type.prototype as object, name);
  Field(() => String, { nullable: true })(type.prototype as object, 'nextCursor');
  Field(() => [item], NULLABLE)(type.prototype as object, `${definition.name}List`);
  ObjectType(`${definition.typeName}ListType`)(type);
  return type;
}

/** What a mutation answers: one nullable field. */
export function payloadType(name: string, field: string, fieldType: ReturnTypeFunc): TypeClass {
  const type = named(name);
  Field(fieldType, { nullable: true })(type.prototype as object, field);
  ObjectType(name)(type);
  return type;
}

/** Nest tells classes apart by name in its messages. */
export function named(name: string): TypeClass {
  return { [name]: class {} }[name] as TypeClass;
}
