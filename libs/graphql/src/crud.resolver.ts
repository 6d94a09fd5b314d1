import {
  type Attribute,
  capitalized,
  type EntityDefinition,
  type ItemOf,
  type KeyOf,
} from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import { everyone, Models, pageBounds, type Repository, type ScopeOf } from '@agent-engine/models';
import { Inject, type Type } from '@nestjs/common';
import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import {
  type Arguments,
  argumentsType,
  deleteArguments,
  keyNames,
  listArguments,
  readArguments,
  saveArguments,
  type SaveOptions,
} from './arguments.factory.ts';
import type { GraphqlContext } from './graphql-context.ts';
import { snakeKeys } from './key-case.ts';
import { listType, payloadType, type TypeClass } from './object-type.factory.ts';
import { holdsMask, unmasked } from './secrets.ts';

/** The four operations of an entity, as hand-written resolvers see them. */
export interface EntityResolver<D extends EntityDefinition> {
  read(args: Arguments, context: GraphqlContext): Promise<ItemOf<D> | undefined>;
  list(args: Arguments, context: GraphqlContext): Promise<object>;
  save(args: Arguments, context: GraphqlContext): Promise<object>;
  remove(args: Arguments, context: GraphqlContext): Promise<{ ok: boolean }>;
}

export interface CrudOptions extends SaveOptions {
  /** The mutation that writes, where it is not `insertUpdate<Name>`. */
  saveName?: string;
  /** What lists show of each row, where it is less than a single read shows. */
  listItemType?: TypeClass;
}

/**
 * `x`, `xList`, `insertUpdateX`, `deleteX` of one definition. Subclasses add relations and override what differs.
 * Relations take `(parent, args, context)` without parameter decorators: Nest then calls them directly, several times
 * faster (docs/decisions/0003).
 */
export function CrudResolver<D extends EntityDefinition>(
  definition: D,
  itemType: TypeClass,
  options: CrudOptions = {},
): Type<
  EntityResolver<D> & {
    readonly models: Models;
    readonly repository: Repository<D>;
    inUse(scope: ScopeOf<D>, item: ItemOf<D>, context: GraphqlContext): Promise<boolean>;
    beforeWrite(scope: ScopeOf<D>, written: Arguments, context: GraphqlContext): Promise<void>;
    afterWrite(scope: ScopeOf<D>, item: ItemOf<D>): void;
  }
> {
  const { name, typeName } = definition;
  const pageType = listType(definition, options.listItemType ?? itemType);
  const saveName = options.saveName ?? `insertUpdate${capitalized(name)}`;
  const saveType = payloadType(
    saveName.replace(capitalized(name), typeName).replace(/^./, (c) => c.toUpperCase()),
    name,
    () => itemType,
  );
  const deleteType = payloadType(`Delete${typeName}`, 'ok', () => Boolean);
  const ReadArgs = argumentsType(`${typeName}ReadArgs`, readArguments(definition));
  const ListArgs = argumentsType(`${typeName}ListArgs`, listArguments(definition));
  const SaveArgs = argumentsType(`${typeName}SaveArgs`, saveArguments(definition, options));
  const DeleteArgs = argumentsType(`${typeName}DeleteArgs`, deleteArguments(definition));
  const extra = new Set(Object.keys(options.extra ?? {}));

  @Resolver(() => itemType, { isAbstract: true })
  abstract class Crud implements EntityResolver<D> {
    @Inject(Models) readonly models!: Models;

    get repository(): Repository<D> {
      return repositoryOf(this.models, definition);
    }

    /** What still stands on the row: then it is not deleted. */
    inUse(_scope: ScopeOf<D>, _item: ItemOf<D>, _context: GraphqlContext): Promise<boolean> {
      return Promise.resolve(false);
    }

    /** Told of what is about to be saved, secrets and all; what it throws is the answer. */
    beforeWrite(_scope: ScopeOf<D>, _written: Arguments, _context: GraphqlContext): Promise<void> {
      return Promise.resolve();
    }

    /** Told of every row that was saved or deleted, for what this process remembers of it. */
    afterWrite(_scope: ScopeOf<D>, _item: ItemOf<D>): void {}

    // Nest serves the very function that is decorated, not one that overrides it: hence a function that calls it.
    @Query(() => itemType, { name, nullable: true })
    serveRead(@Args({ type: () => ReadArgs }) args: Arguments, @Context() context: GraphqlContext) {
      return this.read(args, context);
    }

    @Query(() => pageType, { name: `${name}List`, nullable: true })
    serveList(@Args({ type: () => ListArgs }) args: Arguments, @Context() context: GraphqlContext) {
      return this.list(args, context);
    }

    @Mutation(() => saveType, { name: saveName, nullable: true })
    serveSave(@Args({ type: () => SaveArgs }) args: Arguments, @Context() context: GraphqlContext) {
      return this.save(args, context);
    }

    @Mutation(() => deleteType, { name: `delete${capitalized(name)}`, nullable: true })
    serveRemove(@Args({ type: () => DeleteArgs }) args: Arguments, @Context() context: GraphqlContext) {
      return this.remove(args, context);
    }

    async read(args: Arguments, context: GraphqlContext): Promise<ItemOf<D> | undefined> {
      const scope = await scopeOf(definition, args, context);
      if (!scope) return undefined;
      return definition.versioning
        ? this.repository.current(scope, versionOrFamily(definition, definition.versioning.family, args))
        : this.repository.get(scope, keyOf(definition, args));
    }

    async list(args: Arguments, context: GraphqlContext): Promise<object> {
      const { pageNumber, limit } = pageBounds(args);
      if (definition.scope === 'child' && args[definition.key.hash] == null) {
        throw new AppError(
          'argument.required',
          `${name}List needs ${definition.key.hash}: rows are kept by it.`,
          {
            details: { argument: definition.key.hash },
          },
        );
      }
      const scope = await scopeOf(definition, args, context);
      const page = scope ? await this.repository.list(scope, args) : { items: [] };
      const count = () => (scope ? this.repository.count(scope, args) : 0);
      return {
        pageSize: limit,
        pageNumber,
        // Read only if selected: counting goes through the whole list.
        get total() {
          return count();
        },
        nextCursor: page.nextCursor ?? null,
        [`${name}List`]: page.items,
      };
    }

    async save(args: Arguments, context: GraphqlContext): Promise<object> {
      assertMayWrite(definition, context);
      const scope = await scopeOf(definition, args, context);
      if (!scope) throw parentNotFound(definition);
      const values = Object.fromEntries(
        Object.entries(args).filter(([argument]) => !extra.has(argument) || argument === 'duplicate'),
      );
      const written = await this.withStoredSecrets(scope, attributesOf(definition, values));
      await this.beforeWrite(scope, written, context);
      const subject =
        'updatedSubject' in definition.attributes ? { updatedSubject: context.identity.subject } : {};
      const saved = await this.repository.save(scope, { ...written, ...subject });
      this.afterWrite(scope, saved);
      return { [name]: saved };
    }

    async remove(args: Arguments, context: GraphqlContext): Promise<{ ok: boolean }> {
      assertMayWrite(definition, context);
      const scope = await scopeOf(definition, args, context);
      const key = keyOf(definition, args);
      const item = scope && (await this.repository.get(scope, key));
      if (!scope || !item) throw notFound(definition);
      if (await this.inUse(scope, item, context)) return { ok: false };
      await this.repository.delete(scope, key);
      this.afterWrite(scope, item);
      return { ok: true };
    }

    /** The mask written back means "as it is": then, and only then, what is stored is read first. */
    private async withStoredSecrets(scope: ScopeOf<D>, values: Arguments): Promise<Arguments> {
      const held = Object.entries<Attribute>(definition.attributes).filter(
        ([attribute, { secret }]) => secret && holdsMask(values[attribute]),
      );
      if (held.length === 0) return values;
      const stored: Record<string, unknown> = { ...(await this.repository.current(scope, values)) };
      return {
        ...values,
        ...Object.fromEntries(
          held.map(([attribute]) => [attribute, unmasked(attribute, values[attribute], stored[attribute])]),
        ),
      };
    }
  }
  // An abstract class made per definition: Nest makes instances of its subclasses only, TypeScript wants a name for it.
  return Crud as unknown as ReturnType<typeof CrudResolver<D>>;
}

/** The scope in which the caller may touch the rows; undefined where the thread they belong to is not the caller's. */
async function scopeOf<D extends EntityDefinition>(
  definition: D,
  args: Arguments,
  { partition, loaders }: GraphqlContext,
): Promise<ScopeOf<D> | undefined> {
  const scope = {
    partition: () => partition,
    row: () => partition,
    global: () => everyone,
    child: () => loaders.owner(String(args[definition.key.hash])),
  }[definition.scope]();
  return (await scope) as ScopeOf<D> | undefined;
}

function keyOf<D extends EntityDefinition>(definition: D, args: Arguments): KeyOf<D> {
  const names = definition.scope === 'child' ? [definition.key.range] : keyNames(definition);
  return Object.fromEntries(names.map((name) => [name, args[name]])) as KeyOf<D>;
}

/** A family that is given, even as null, wins over a version. */
function versionOrFamily(
  { name, key: { range } }: EntityDefinition,
  family: string,
  args: Arguments,
): Arguments {
  if (args[family] !== undefined) return { [family]: args[family] };
  if (args[range] == null) throw new AppError('argument.required', `${name} needs ${family} or ${range}.`);
  return { [range]: args[range] };
}

/** Arguments as attributes: keys inside JSON in storage case, unless they are the caller's own words. */
function attributesOf({ attributes }: EntityDefinition, args: Arguments): Arguments {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, stored(attributes[name], value)]),
  );
}

function stored(attribute: Attribute | undefined, value: unknown): unknown {
  const isJson = attribute?.kind === 'json' || attribute?.kind === 'jsonList';
  if (!isJson || attribute.verbatimKeys === true) return value;
  return snakeKeys(value, attribute.verbatimKeys || []);
}

function assertMayWrite({ scope, name }: EntityDefinition, { identity }: GraphqlContext): void {
  if (scope === 'global' && identity.role !== 'admin') {
    throw new AppError(
      'auth.adminRequired',
      `${name} rows are shared by all tenants: writing them needs the role admin.`,
    );
  }
}

/** A missing row and another tenant's are answered alike, and so are their parents. */
const notFound = ({ name, key }: EntityDefinition) =>
  new AppError('entity.notFound', `There is no such ${name}.`, { details: { argument: key.range } });
const parentNotFound = ({ key }: EntityDefinition) =>
  new AppError('entity.notFound', 'There is no such thread.', { details: { argument: key.hash } });

function repositoryOf<D extends EntityDefinition>(models: Models, { name }: D): Repository<D> {
  return models.repository(name) as Repository<D>;
}
