import type { Agent } from '@agent-engine/entities';
import {
  accountKey,
  type HandlerRegistry,
  type ModelChoice,
  parseConfiguration,
  type runSettings,
} from '@agent-engine/agent-handlers';
import { AppError } from '@agent-engine/errors';
import { everyone, type Models } from '@agent-engine/models';
import type { z } from 'zod';

interface Wanted {
  llmProvider: string;
  llmName: string;
  configuration: unknown;
}

/**
 * The models an agent may be answered by: its own, then those it falls back on.
 * @throws AppError `entity.notFound`, `handler.unknown`, `argument.invalid`
 */
export async function modelChoices(
  { models, handlers }: { models: Models; handlers: HandlerRegistry },
  { llmProvider, llmName, configuration }: Agent,
  { fallbacks }: z.output<typeof runSettings>,
): Promise<[ModelChoice, ...ModelChoice[]]> {
  const choose = async (wanted: Wanted): Promise<ModelChoice> => {
    const { llmProvider, llmName } = wanted;
    const llm = await models.llm.get(everyone, { llmProvider, llmName });
    if (!llm) throw new AppError('entity.notFound', `The llm ${llmProvider}/${llmName} does not exist.`);
    const handler = await handlers.resolve(llm);
    return {
      handler,
      configuration: parseConfiguration(handler.configuration, wanted.configuration),
      defaultModel: llmName,
      account: accountKey(handler.id, wanted.configuration),
    };
  };
  return Promise.all([
    choose({ llmProvider, llmName, configuration }),
    ...(fallbacks ?? []).map((fallback) =>
      choose({
        llmProvider: fallback.llm_provider,
        llmName: fallback.llm_name,
        configuration: fallback.configuration ?? {},
      }),
    ),
  ]);
}
