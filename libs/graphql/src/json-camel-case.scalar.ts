import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { camelKeys } from './key-case.ts';

/** JSON whose keys are nobody's field names (HTTP headers): leaves with its keys as they are. */
export class VerbatimJson {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

/**
 * Any JSON. Keys leave in camelCase. Incoming keys are turned to snake_case where arguments become attributes, because
 * only the attribute knows whether its keys are field names.
 */
export const JsonCamelCase = new GraphQLScalarType({
  name: 'JSONCamelCase',
  description: 'JSON. Keys are camelCase on the way out; on the way in either case is understood.',
  serialize: (value) => (value instanceof VerbatimJson ? value.value : camelKeys(value)),
  parseValue: (value) => value,
  parseLiteral: (node, variables) => literal(node, variables ?? {}),
});

function literal(node: ValueNode, variables: Record<string, unknown>): unknown {
  switch (node.kind) {
    case Kind.STRING:
    case Kind.BOOLEAN:
    case Kind.ENUM:
      return node.value;
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.NULL:
      return null;
    case Kind.LIST:
      return node.values.map((entry) => literal(entry, variables));
    case Kind.OBJECT:
      return Object.fromEntries(
        node.fields.map(({ name, value }) => [name.value, literal(value, variables)]),
      );
    case Kind.VARIABLE:
      return variables[node.name.value];
  }
}
