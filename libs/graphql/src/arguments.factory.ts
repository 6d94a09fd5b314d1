import type { Attribute, EntityDefinition, Filter } from '@agent-engine/entities';
import { ArgsType, Field, Int, type ReturnTypeFunc } from '@nestjs/graphql';
import { DateTime } from './date-time.scalar.ts';
import { argumentType, named, nullable, type TypeClass } from './object-type.factory.ts';

export type Arguments = Record<string, unknown>;

interface Argument {
  type: ReturnTypeFunc;
  required?: boolean;
}

/** A class of arguments, in the order given. Absent and null stay different: nothing is filled in. */
export function argumentsType(name: string, args: Record<string, Argument>): TypeClass {
  const type = named(name);
  for (const [argument, { type: argumentTypeOf, required }] of Object.entries(args)) {
    Field(argumentTypeOf, required ? {} : nullable(argumentTypeOf))(type.prototype as object, argument);
  }
  ArgsType()(type);
  return type;
}

const text: Argument = { type: () => String };
const requiredText: Argument = { type: () => String, required: true };

/** Attributes that name a row from outside: the scope's own hash key is not among them. */
export function keyNames({ scope, key }: EntityDefinition): string[] {
  return scope === 'partition' ? [key.range] : [key.hash, key.range];
}

/** One row: its key, or for versioned entities a version or the family whose active version is meant. */
export function readArguments(definition: EntityDefinition): Record<string, Argument> {
  if (definition.versioning) return { [definition.versioning.family]: text, [definition.key.range]: text };
  return deleteArguments(definition);
}

export function deleteArguments(definition: EntityDefinition): Record<string, Argument> {
  return Object.fromEntries(keyNames(definition).map((name) => [name, requiredText]));
}

export function listArguments({ key, scope, list, attributes }: EntityDefinition): Record<string, Argument> {
  const between = list.between;
  const bound: Argument = { type: () => DateTime };
  return {
    pageNumber: { type: () => Int },
    limit: { type: () => Int },
    cursor: text,
    ...(scope !== 'partition' && { [key.hash]: text }),
    ...Object.fromEntries(Object.keys(list.selectors ?? {}).map((name) => [name, text])),
    ...Object.fromEntries(
      Object.entries(list.filters ?? {}).flatMap(([name, filter]) =>
        Object.entries(filterArguments(name, filter, attributes)),
      ),
    ),
    ...(between && {
      [list.bounds?.from ?? `${between}Gt`]: bound,
      [list.bounds?.to ?? `${between}Lt`]: bound,
    }),
  };
}

function filterArguments(
  name: string,
  filter: Filter,
  attributes: EntityDefinition['attributes'],
): Record<string, Argument> {
  switch (filter.test) {
    case 'ignored':
      return { [name]: { type: filter.argument === 'Int' ? () => Int : () => [String] } };
    case 'oneOf':
      return { [name]: { type: () => [String] } };
    case 'range':
      return {
        [filter.choose]: text,
        [filter.below]: { type: () => Int },
        [filter.from]: { type: () => Int },
      };
    case 'contains':
      return { [name]: text };
    case 'equals': {
      const attribute = attributes[filter.attribute];
      return { [name]: attribute && !filter.path ? { type: argumentType(attribute) } : text };
    }
  }
}

export interface SaveOptions {
  /** Arguments the contract demands on every call, beyond keys and `updatedBy`. */
  required?: readonly string[];
  /** Arguments whose type in the contract is not their attribute's. */
  types?: Record<string, ReturnTypeFunc>;
  /** Arguments of the contract that are not attributes. */
  extra?: Record<string, ReturnTypeFunc>;
}

export function saveArguments(
  definition: EntityDefinition,
  { required = [], types = {}, extra = {} }: SaveOptions,
): Record<string, Argument> {
  const { key, versioning, attributes } = definition;
  const natural = key.format === 'natural';
  const given = Object.entries<Attribute>(attributes).filter(([, { writable }]) => writable);
  return {
    ...Object.fromEntries(
      keyNames(definition).map((name) => [name, natural || name !== key.range ? requiredText : text]),
    ),
    ...(versioning && { [versioning.family]: text }),
    ...Object.fromEntries(
      given.map(([name, attribute]) => [
        name,
        {
          type: types[name] ?? argumentType(attribute),
          required: name === 'updatedBy' || required.includes(name),
        },
      ]),
    ),
    ...Object.fromEntries(Object.entries(extra).map(([name, type]) => [name, { type }])),
  };
}
