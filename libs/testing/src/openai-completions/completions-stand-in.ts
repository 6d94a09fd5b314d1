import { type StandIn, type StandInOptions, startStandIn } from '../provider/stand-in.ts';
import { completionsDialect } from './completions.dialect.ts';
import type { CompletionsBody } from './completions.request.ts';

/** A server that speaks chat completions as scripted. For `baseURL`: `<endpoint>/v1`. */
export const startCompletionsStandIn = (
  options: StandInOptions<CompletionsBody> = {},
): Promise<StandIn<CompletionsBody>> => startStandIn(completionsDialect, options);
