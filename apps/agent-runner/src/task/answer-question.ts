import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  mcpEndpoints,
  ModelChain,
  openMcpToolSet,
  type RunAnswer,
  runAgent,
  type RunJournal,
  type RunObserver,
} from '@agent-engine/agent-handlers';
import type { InputFile } from '@agent-engine/files';
import type { Owner } from '@agent-engine/models';
import type { Logger } from '@agent-engine/observability';
import type { RunRecorder } from '../record/run-recorder.ts';
import { type AgentAhead, type AgentSetup, askAgent, loadAgent } from './agent-setup.ts';
import type { PlacedFiles } from './placed-files.ts';
import { nativeServers, withOwnTools } from './provider-side.ts';
import { questionFiles } from './question-files.ts';
import { runTimeouts } from './run-timeouts.ts';
import type { RunControl } from './run-control.ts';
import type { RunServices } from './run-services.ts';

const DEFAULT_PARALLEL_TOOLS = 8;

export interface Question {
  owner: Owner;
  runUuid: string;
  agentUuid: string;
  text: string;
  inputFiles: readonly InputFile[];
  ahead?: AgentAhead;
  control: RunControl;
  journal: RunJournal;
  placedFiles: PlacedFiles;
  /** The agent is there, before anything happens. */
  onLoaded: (setup: AgentSetup) => void;
  observe: RunObserver;
  recorder: RunRecorder;
  logger: Logger;
}

/** From the question to the answer: agent, tools, model. Throws what ends the run. */
export async function answerQuestion(services: RunServices, question: Question): Promise<RunAnswer> {
  const { owner, runUuid, agentUuid, ahead, text, inputFiles, control, logger } = question;
  const { signal } = control;
  const [loaded, files] = await Promise.all([
    ahead?.agentUuid === agentUuid ? ahead.loading : loadAgent(services, owner.partition, agentUuid, owner),
    inputFiles.length > 0 ? questionFiles(services, owner.partition, inputFiles, signal) : undefined,
  ]);
  const setup = askAgent(loaded, { text, files }, runUuid);
  const timeouts = runTimeouts(services.limits, setup.settings);
  control.limit(timeouts.runMs);
  question.onLoaded(setup);
  const native = nativeServers(owner.partition, setup);
  const servers = native ? [] : setup.mcpServers;
  // Written while the model is asked; what comes of the question is not recorded before it.
  const written = nextTurn().then(() => question.recorder.question(text));
  written.catch(() => {});
  const toolSet = await openMcpToolSet(mcpEndpoints(owner.partition, servers, services.internalMcp), {
    egress: services.egress,
    tenant: owner.partition.key,
    catalogue: services.catalogue,
    signal,
    enabledTools: setup.settings.enabled_tools ?? undefined,
    onDeadServer: (label, error) =>
      logger.warn({ err: error, mcpLabel: label }, 'an MCP server cannot be used'),
  });
  try {
    return await runAgent({
      runId: runUuid,
      handler: new ModelChain(setup.models, {
        breakers: services.breakers,
        mcpServers: native,
        timeouts,
        deadlineAt: control.deadlineAt,
        onFailedAttempt: ({ error, ...attempt }) =>
          logger.warn({ err: error, ...attempt }, 'a model could not be asked'),
      }),
      configuration: undefined,
      defaultModel: setup.agent.llmName,
      instructions: setup.agent.instructions ?? undefined,
      messages: await question.placedFiles.messages(setup, signal),
      tools: withOwnTools(toolSet.tools, setup),
      limits: {
        maxToolRounds: setup.settings.max_tool_rounds ?? services.limits.maxToolRounds,
        toolConcurrency: setup.settings.max_parallel_tools ?? DEFAULT_PARALLEL_TOOLS,
        toolTimeoutMs: timeouts.toolMs,
      },
      signal,
      observe: async (event) => {
        if (event.type === 'step-finished') await written;
        await question.observe(event);
      },
      journal: question.journal,
    });
  } finally {
    await written;
    // Its servers may be slow to say goodbye; the asker need not wait for that.
    void toolSet
      .close()
      .catch((error: unknown) => logger.debug({ err: error }, 'an MCP session did not end well'));
  }
}
