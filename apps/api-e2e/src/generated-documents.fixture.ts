import {
  getIntrospectionQuery,
  type IntrospectionField,
  type IntrospectionObjectType,
  type IntrospectionQuery,
  type IntrospectionTypeRef,
} from 'graphql';
import type { Client } from './api.fixture.ts';

export interface GeneratedOperation {
  name: string;
  document: string;
  variables: { name: string; type: string }[];
}

/** Scalars such clients know inside lists; anything else they select as an empty object. */
const KNOWN_SCALARS = ['String', 'Int', 'Float', 'DateTime', 'JSON', 'JSONCamelCase'];

/**
 * One document per operation, written as clients do that know the stock introspection only: roots looked up by name,
 * every argument a declared variable, everything selected as deep as it goes. They take no NON_NULL off.
 */
export async function generatedOperations(client: Client): Promise<GeneratedOperation[]> {
  const answer = await client(getIntrospectionQuery());
  const { types } = (answer.data as IntrospectionQuery).__schema;
  const typeNamed = (name: string) => {
    const found = types.find((type) => type.name === name && type.kind === 'OBJECT');
    if (!found) throw new Error(`${name} not found in the schema`);
    return found as IntrospectionObjectType;
  };

  const selected = ({ name, type }: IntrospectionField): string => {
    if (type.kind === 'OBJECT') return `${name} ${selectionOf(type.name)}`;
    if (type.kind !== 'LIST') return name;
    const item = type.ofType;
    if (item.kind === 'OBJECT') return `${name} ${selectionOf(item.name)}`;
    return item.kind === 'SCALAR' && KNOWN_SCALARS.includes(item.name) ? name : `${name} { }`;
  };
  const selectionOf = (typeName: string): string =>
    `{ ${typeNamed(typeName).fields.map(selected).join(' ')} }`;

  const operation = (kind: string, { name, args, type }: IntrospectionField): GeneratedOperation => {
    const variables = args.map((argument) => ({ name: argument.name, type: typeText(argument.type) }));
    const declared = variables.map((variable) => `$${variable.name}: ${variable.type}`).join(', ');
    const passed = variables.map((variable) => `${variable.name}: $${variable.name}`).join(', ');
    const root = type.kind === 'NON_NULL' ? type.ofType : type;
    const selection = root.kind === 'OBJECT' ? selectionOf(root.name) : '';
    return {
      name,
      variables,
      document: `${kind} ${name}${declared && `(${declared})`} { ${name}${passed && `(${passed})`} ${selection} }`,
    };
  };
  return [
    ...typeNamed('Query').fields.map((field) => operation('query', field)),
    ...typeNamed('Mutations').fields.map((field) => operation('mutation', field)),
  ];
}

function typeText(type: IntrospectionTypeRef): string {
  if (type.kind === 'NON_NULL') return `${typeText(type.ofType)}!`;
  return type.kind === 'LIST' ? `[${typeText(type.ofType)}]` : type.name;
}
