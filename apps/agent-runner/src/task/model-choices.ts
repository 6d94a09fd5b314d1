import type { Agent } from '@agent-engine/entities';
import {
  accountKey,
  assertOwnObjects,
  type ModelChoice,
  parseConfiguration,
  type runSettings,
} from '@agent-engine/agent-handlers';
import { AppError } from '@agent-engine/errors';
import { everyone, ProviderClaims } from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';
import type { z } from 'zod';
import type { RunServices } from './run-services.ts';

interface Wanted {
  llmProvider: string;
  llmName: string;
  configuration: unknown;
}

export type ModelSources = Pick<RunServices, 'models' | 'handlers' | 'secrets' | 'sharedProviderObjects'>;

/**
 * The models an agent may be answered by: its own, then those it falls back on.
 * @throws AppError `entity.notFound`, `handler.unknown`, `argument.invalid`, which may be for naming what is another's
 */
export async function modelChoices(
  { models, handlers, secrets, sharedProviderObjects: shared }: ModelSources,
  partition: Partition,
  { llmProvider, llmName, configuration }: Agent,
  { fallbacks }: z.output<typeof runSettings>,
): Promise<[ModelChoice, ...ModelChoice[]]> {
  const claims = new ProviderClaims(models);
  const isOwn = claims.isOwn.bind(claims, partition);
  const choose = async (wanted: Wanted, place = 'configuration'): Promise<ModelChoice> => {
    const { llmProvider, llmName } = wanted;
    const llm = await models.llm.get(everyone, { llmProvider, llmName });
    if (!llm) throw new AppError('entity.notFound', `The llm ${llmProvider}/${llmName} does not exist.`);
    const handler = await handlers.resolve(llm);
    const resolved = await secrets.resolve(partition, wanted.configuration, place);
    const configuration = parseConfiguration(handler.configuration, resolved, place);
    await assertOwnObjects(handler.namedObjects?.(configuration) ?? [], { shared, isOwn }, place);
    return {
      handler,
      configuration,
      defaultModel: llmName,
      account: accountKey(handler.id, wanted.configuration),
    };
  };
  return Promise.all([
    choose({ llmProvider, llmName, configuration }),
    ...(fallbacks ?? []).map(({ llm_provider, llm_name, configuration: own }, index) =>
      choose(
        { llmProvider: llm_provider, llmName: llm_name, configuration: own ?? {} },
        `configuration.fallbacks.${index}.configuration`,
      ),
    ),
  ]);
}
