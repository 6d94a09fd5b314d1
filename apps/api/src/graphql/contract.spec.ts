import { readFileSync } from 'node:fs';
import {
  buildSchema,
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql';

interface Operation {
  type: string;
  arguments: Record<string, string>;
}

/** What clients rely on: names, argument types, nullability and list item types. It only ever grows. */
interface Contract {
  scalars: string[];
  queries: Record<string, Operation>;
  mutations: Record<string, Operation>;
  types: Record<string, Record<string, string>>;
}

const text = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const contract = JSON.parse(text('contract.json')) as Contract;
// schema.spec.ts proves that the committed file is what the code serves.
const schema = buildSchema(text('schema.graphql'));
const objectTypes = Object.values(schema.getTypeMap()).filter(
  (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'),
);
const roots = [
  ['Query', schema.getQueryType(), contract.queries],
  ['Mutations', schema.getMutationType(), contract.mutations],
] as const;

const fieldsOf = (type: GraphQLObjectType | null | undefined) => Object.values(type?.getFields() ?? {});
const isAddition = (type: GraphQLObjectType, { name }: GraphQLField<unknown, unknown>) =>
  !(type.name in contract.types) || !(name in (contract.types[type.name] ?? {}));

describe('the contract', () => {
  it('has 39 queries, 38 mutations and the two custom scalars', () => {
    expect(Object.keys(contract.queries)).toHaveLength(39);
    expect(Object.keys(contract.mutations)).toHaveLength(38);
    expect(contract.scalars).toEqual(['DateTime', 'JSONCamelCase']);
  });

  it.each(roots)(
    'is served by a root named %s: every operation, argument and type as it says',
    (name, root, operations) => {
      expect(root?.name).toBe(name);
      const served = Object.fromEntries(
        fieldsOf(root).map((field) => [
          field.name,
          {
            type: String(field.type),
            arguments: Object.fromEntries(
              field.args.map((argument) => [argument.name, String(argument.type)]),
            ),
          },
        ]),
      );
      expect(served).toMatchObject(operations);
    },
  );

  it('is served by types with every field as it says', () => {
    const served = Object.fromEntries(
      objectTypes.map((type) => [
        type.name,
        Object.fromEntries(fieldsOf(type).map((field) => [field.name, String(field.type)])),
      ]),
    );
    expect(served).toMatchObject(contract.types);
  });

  it('has no scalar beside JSONCamelCase and DateTime', () => {
    const scalars = Object.values(schema.getTypeMap()).filter(
      (type) => isScalarType(type) && !isSpecifiedScalarType(type),
    );
    expect(scalars.map(({ name }) => name).sort()).toEqual(contract.scalars);
  });
});

describe('what is added to the contract', () => {
  it.each(roots)('demands nothing of clients that do not know it: %s', (_name, root, operations) => {
    const demanded = fieldsOf(root).flatMap(({ name, args }) =>
      args
        .filter((argument) => name in operations && !(argument.name in (operations[name]?.arguments ?? {})))
        .filter(isRequiredArgument)
        .map((argument) => `${name}(${argument.name})`),
    );
    expect(demanded).toEqual([]);
  });

  it('is nullable', () => {
    const nonNull = objectTypes
      .filter((type) => type !== schema.getQueryType() && type !== schema.getMutationType())
      .flatMap((type) =>
        fieldsOf(type)
          .filter((field) => isAddition(type, field) && isNonNullType(field.type))
          .map(({ name }) => `${type.name}.${name}`),
      );
    expect(nonNull).toEqual([]);
  });
});

describe('clients that write their documents from introspection', () => {
  it('never recurse: no output type contains itself', () => {
    const cycles = (type: GraphQLObjectType, above: string[]): string[] =>
      above.includes(type.name)
        ? [[...above, type.name].join(' > ')]
        : fieldsOf(type).flatMap((field) => {
            const inner = getNamedType(field.type);
            return isObjectType(inner) ? cycles(inner, [...above, type.name]) : [];
          });
    expect(objectTypes.flatMap((type) => cycles(type, []))).toEqual([]);
  });

  it('find objects and lists nullable, items too, and known scalars inside lists', () => {
    const known = ['String', 'Int', 'Float', 'DateTime', 'JSONCamelCase'];
    const bad = (type: GraphQLOutputType): boolean => {
      if (isNonNullType(type)) return !isLeafType(type.ofType);
      if (!isListType(type)) return false;
      const { ofType: item } = type;
      return isNonNullType(item) || isListType(item) || (isLeafType(item) && !known.includes(item.name));
    };
    const found = objectTypes.flatMap((type) =>
      fieldsOf(type)
        .filter((field) => bad(field.type))
        .map(({ name }) => `${type.name}.${name}`),
    );
    // A root field may be non-null; this one is, in the contract.
    expect(found).toEqual(['Query.presignedAwsS3Url']);
  });
});
