import { Inject, type Provider, type Type } from '@nestjs/common';
import { Args, Field, Int, ObjectType, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { Variant } from './scope.job.ts';

export interface Tenant {
  readonly key: string;
}
export const TENANT = Symbol('TENANT');

class Repository {
  private readonly tenant: Tenant;
  constructor(tenant: Tenant) {
    this.tenant = tenant;
  }
  ownerOf(id: number): string {
    return `${this.tenant.key}/${id}`;
  }
}

class Service {
  private readonly repository: Repository | undefined;
  constructor(repository: Repository | undefined) {
    this.repository = repository;
  }
  ownerOf(id: number): string | undefined {
    return this.repository?.ownerOf(id);
  }
}

const REGISTRY = Symbol('REGISTRY');
const repositoryToken = (n: number) => `Repository${n}`;
const serviceToken = (n: number) => `Service${n}`;

/** `count` chains resolver → service → repository → tenant, as many entities have them. */
export function chains(count: number, { width, fields }: Variant): Provider[] {
  const numbers = Array.from({ length: count }, (_, n) => n);
  const registry: Provider = {
    provide: REGISTRY,
    inject: numbers.map(repositoryToken),
    useFactory: (...repositories: Repository[]) => repositories,
  };
  const perChain = numbers.flatMap((n): Provider[] => [
    { provide: repositoryToken(n), inject: [TENANT], useFactory: (tenant: Tenant) => new Repository(tenant) },
    width === 'wide'
      ? {
          provide: serviceToken(n),
          inject: [REGISTRY],
          useFactory: (all: Repository[]) => new Service(all[n]),
        }
      : {
          provide: serviceToken(n),
          inject: [repositoryToken(n)],
          useFactory: (own: Repository) => new Service(own),
        },
    resolver(n, fields),
  ]);
  return width === 'wide' ? [registry, ...perChain] : perChain;
}

function resolver(n: number, fields: Variant['fields']): Type {
  @ObjectType(`Item${n}`)
  class Item {
    @Field(() => Int) id!: number;
  }

  @Resolver(() => Item)
  class ItemResolver {
    @Inject(serviceToken(n)) private readonly service!: Service;

    @Query(() => [Item], { name: `items${n}` })
    items(@Args('count', { type: () => Int }) count: number): Item[] {
      return Array.from({ length: count }, (_, id) => ({ id }));
    }

    @Query(() => String, { name: `owner${n}` })
    ownerOfFirst(): string | undefined {
      return this.service.ownerOf(0);
    }

    @ResolveField(() => String)
    owner({ id }: Item): string | undefined {
      return this.service.ownerOf(id);
    }
  }
  if (fields === 'decorated') Parent()(ItemResolver.prototype, 'owner', 0);
  return ItemResolver;
}
