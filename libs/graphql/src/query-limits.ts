import {
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/** Tokens of a document; the longest of the known clients has about 700. */
export const MAX_TOKENS = 5_000;
const MAX_FIELDS = 2_000;
const MAX_ALIASES = 50;
const MAX_DEPTH = 20;
const MAX_ROOT_FIELDS = 20;

interface Size {
  fields: number;
  aliases: number;
  depth: number;
}

/**
 * Refuses documents that cost more than any client needs, fragments counted as often as they are spread. Introspection
 * is measured like everything else and fits.
 */
export function queryLimits(context: ValidationContext): ASTVisitor {
  return {
    Document(document: DocumentNode) {
      const measure = sizes(document);
      for (const definition of document.definitions) {
        if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
        const size = measure(definition.selectionSet);
        const rootFields = definition.selectionSet.selections.length;
        if (
          size.fields > MAX_FIELDS ||
          size.aliases > MAX_ALIASES ||
          size.depth > MAX_DEPTH ||
          rootFields > MAX_ROOT_FIELDS
        ) {
          context.reportError(
            new GraphQLError(
              `The operation is too large: at most ${MAX_ROOT_FIELDS} root fields, ${MAX_FIELDS} fields, ${MAX_ALIASES} aliases and ${MAX_DEPTH} levels.`,
              { nodes: definition, extensions: { reason: 'request.tooComplex' } },
            ),
          );
        }
      }
    },
  };
}

/** Each fragment is measured once, however often it is spread; a fragment within itself counts as nothing here. */
function sizes(document: DocumentNode) {
  const fragments = new Map(
    document.definitions
      .filter(
        (definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION,
      )
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const known = new Map<string, Size>();
  const measure = (set: SelectionSetNode): Size => {
    const total: Size = { fields: 0, aliases: 0, depth: 0 };
    for (const selection of set.selections) {
      const inner =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? ofFragment(selection.name.value)
          : selection.selectionSet
            ? measure(selection.selectionSet)
            : { fields: 0, aliases: 0, depth: 0 };
      const isField = selection.kind === Kind.FIELD;
      total.fields += inner.fields + (isField ? 1 : 0);
      total.aliases += inner.aliases + (isField && selection.alias ? 1 : 0);
      total.depth = Math.max(total.depth, inner.depth + (isField ? 1 : 0));
    }
    return total;
  };
  const ofFragment = (name: string): Size => {
    const size = known.get(name);
    if (size) return size;
    known.set(name, { fields: 0, aliases: 0, depth: 0 });
    const fragment = fragments.get(name);
    const measured = fragment ? measure(fragment.selectionSet) : { fields: 0, aliases: 0, depth: 0 };
    known.set(name, measured);
    return measured;
  };
  return measure;
}
