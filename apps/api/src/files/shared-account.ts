import { type ClaimedKind, Models, ProviderClaims } from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';
import { Inject, Injectable } from '@nestjs/common';

/** The operator's account at a provider: what is not the partition's own is missing there, whoever has it. */
@Injectable()
export class SharedAccount {
  private readonly claims: ProviderClaims;

  constructor(@Inject(Models) models: Models) {
    this.claims = new ProviderClaims(models);
  }

  /** @throws AppError `provider.notFound`, as the provider answers for what does not exist */
  async claim(partition: Partition, ...claim: Claim): Promise<void> {
    if (!(await this.claims.claim(partition, ...claim))) throw await missing();
  }

  /** @throws AppError `provider.notFound` */
  async assertOwn(partition: Partition, kind: ClaimedKind, id: string): Promise<void> {
    if (!(await this.claims.isOwn(partition, kind, id))) throw await missing();
  }

  own<Thing extends { id: string }>(
    partition: Partition,
    kind: ClaimedKind,
    things: AsyncIterable<Thing>,
  ): AsyncIterable<Thing> {
    return this.claims.own(partition, kind, things);
  }

  forget(partition: Partition, kind: ClaimedKind, id: string): Promise<void> {
    return this.claims.forget(partition, kind, id);
  }
}

type Claim = Parameters<ProviderClaims['claim']> extends [Partition, ...infer Rest] ? Rest : never;

async function missing(): Promise<Error> {
  const { ProviderError } = await import('@agent-engine/agent-handlers');
  return new ProviderError('provider.notFound');
}
