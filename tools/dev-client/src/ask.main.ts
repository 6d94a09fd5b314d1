import { randomUUID } from 'node:crypto';
import { ConfigurationError, DEVELOPMENT, localStackConfig, processEnv } from '@agent-engine/config';
import { Command } from 'commander';
import { AnswerPrinter } from './answer-printer.ts';
import { AskProblem } from './ask-problem.ts';
import { ask } from './ask.ts';
import type { EngineAddress } from './engine-client.ts';
import type { Frame } from './frame.ts';
import { newestAgent, recordedRun } from './records.ts';
import { runLine } from './run-facts.ts';
import { signToken } from './sign-token.ts';

interface Options {
  endpoint: string;
  part: string;
  agent?: string;
  thread?: string;
  url: string;
}

const TOKEN_LIFETIME_S = 600;

process.stdout.on('error', () => process.exit(1)); // nobody reads on

try {
  await main();
} catch (error) {
  if (!(error instanceof AskProblem || error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const env = processEnv();
  const command = new Command('npm run ask --')
    .description('Asks an agent and streams its answer.')
    .argument('<question...>', 'what to ask')
    .option('--endpoint <id>', 'endpoint', DEVELOPMENT.endpointId)
    .option('--part <id>', 'part of the endpoint: the tenant', DEVELOPMENT.partIds[0])
    .option('--agent <uuid>', 'agent (default: the one that was changed last)')
    .option('--thread <uuid>', 'thread to go on with (default: a new one)')
    .option('--url <url>', 'of the API', `http://127.0.0.1:${localStackConfig(env).port || 4000}`)
    .parse();
  const { endpoint: endpointId, part: partId, url, ...options } = command.opts<Options>();
  const wish = { endpointId, partId, user: 'developer', lifetimeSeconds: TOKEN_LIFETIME_S };
  const engine = { url: url.replace(/\/+$/, ''), endpointId, partId, token: signToken(wish, env) };
  const question = {
    agentUuid: options.agent ?? (await newestAgent(engine)),
    threadUuid: options.thread ?? randomUUID(),
    runUuid: randomUUID(),
    text: command.args.join(' '),
  };
  const printer = new AnswerPrinter(process.stdout);
  let last: Frame | undefined;
  for await (const frame of ask(engine, question)) {
    printer.show(frame);
    last = frame;
  }
  await finish(engine, printer, question, last?.result);
}

/** The result frame may be missing, or say nothing of an answer that was given before: then the record knows. */
async function finish(
  engine: EngineAddress,
  printer: AnswerPrinter,
  keys: { threadUuid: string; runUuid: string },
  result: Frame['result'],
): Promise<void> {
  const told = result?.total_tokens !== undefined && printer.text !== '';
  const recorded = told ? undefined : await recordedRun(engine, keys);
  if (recorded && printer.text === '') printer.write(recorded.answer);
  printer.note(
    runLine({
      ...keys,
      promptTokens: result?.prompt_tokens ?? recorded?.promptTokens,
      completionTokens: result?.completion_tokens ?? recorded?.completionTokens,
      totalTokens: result?.total_tokens ?? recorded?.totalTokens,
      timeSpent: result?.time_spent ?? recorded?.timeSpent,
    }),
  );
}
