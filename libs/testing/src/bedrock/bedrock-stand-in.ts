import { type StandIn, type StandInOptions, startStandIn } from '../provider/stand-in.ts';
import { bedrockDialect } from './bedrock.dialect.ts';
import type { ConverseBody } from './bedrock.request.ts';

/**
 * A server that speaks Amazon Bedrock's Converse API as scripted, whole or as an AWS event stream. It is as strict as the
 * provider about turns, tools beside their calls, the pairing of calls and results, and the signatures of thoughts.
 */
export const startBedrockStandIn = (
  options: StandInOptions<ConverseBody> = {},
): Promise<StandIn<ConverseBody>> => startStandIn(bedrockDialect, options);
