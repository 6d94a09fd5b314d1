import { type Attribute, entities } from '@agent-engine/entities';
import { mapSchema, MapperKind } from '@graphql-tools/utils';
import { GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql';
import { VerbatimJson } from './json-camel-case.scalar.ts';
import { camelKeys } from './key-case.ts';
import { masked } from './secrets.ts';

/**
 * What code-first types cannot say: the mutation root is called `Mutations`, which clients look up by name, and
 * attributes with secrets or verbatim keys are shown accordingly wherever their type appears.
 */
export function finishSchema(schema: GraphQLSchema): GraphQLSchema {
  for (const { typeName, attributes } of entities) {
    const type = schema.getType(`${typeName}Type`);
    if (!isObjectType(type)) continue;
    for (const [name, attribute] of Object.entries<Attribute>(attributes)) {
      const field = type.getFields()[name];
      if (!field || !(attribute.secret ?? attribute.verbatimKeys)) continue;
      field.resolve = (parent: Record<string, unknown>) => shown(attribute, parent[name]);
    }
  }
  return mapSchema(schema, {
    [MapperKind.MUTATION]: (type) => new GraphQLObjectType({ ...type.toConfig(), name: 'Mutations' }),
  });
}

function shown(attribute: Attribute, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  const visible = masked(attribute, value);
  const { verbatimKeys } = attribute;
  if (!verbatimKeys) return visible;
  return new VerbatimJson(verbatimKeys === true ? visible : camelKeys(visible, verbatimKeys));
}
