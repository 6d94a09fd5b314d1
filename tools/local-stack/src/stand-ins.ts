import { join } from 'node:path';
import { DEVELOPMENT, type LocalStackConfig } from '@agent-engine/config';
import {
  startAnthropicStandIn,
  startAwsEmulator,
  startBedrockStandIn,
  startDynamoDbLocal,
  startGeminiStandIn,
  startMcpStandIn,
  startOllamaStandIn,
  startOpenAiStandIn,
} from '@agent-engine/testing';
import { getOrderStatus } from './demo-tools.ts';

/** Where everything outside our own processes is. */
export interface Servers {
  dynamodb?: string;
  /** Absent: the queue's URL says where. */
  sqs?: string;
  s3?: string;
  /** Scripted models. Absent: the provider that the environment names. */
  openai?: string;
  anthropic?: string;
  bedrock?: string;
  google?: string;
  ollama?: string;
  /** The demo tenants' tools; always ours. */
  mcp: string;
}

export interface StandIns {
  servers: Servers;
  stop(): Promise<void>;
}

interface Stoppable {
  stop(): Promise<void>;
}

/** Starts what the environment does not name. @throws JavaMissing */
export async function startStandIns(config: LocalStackConfig, dataDir?: string): Promise<StandIns> {
  const { dynamodb, sqs, s3 } = config.aws;
  const folder = (name: string) => dataDir && join(dataDir, name);
  const running: Stoppable[] = [];
  const started = async <S extends Stoppable>(starting: Promise<S>): Promise<S> => {
    const server = await starting;
    running.push(server);
    return server;
  };

  const hasQueue = sqs.endpoint !== undefined || sqs.taskQueueUrl !== undefined;
  const { hasProvider } = config;
  const [database, emulator, openai, anthropic, bedrock, google, ollama, mcp] = await Promise.all([
    dynamodb.endpoint ? undefined : started(startDynamoDbLocal({ dataDir: folder('dynamodb') })),
    hasQueue && s3.endpoint ? undefined : started(startAwsEmulator({ dataDir: folder('aws') })),
    hasProvider.openai ? undefined : started(startOpenAiStandIn()),
    hasProvider.anthropic ? undefined : started(startAnthropicStandIn()),
    hasProvider.bedrock ? undefined : started(startBedrockStandIn()),
    hasProvider.google ? undefined : started(startGeminiStandIn()),
    hasProvider.ollama ? undefined : started(startOllamaStandIn()),
    started(startMcpStandIn({ tools: [getOrderStatus] })),
  ]);
  return {
    servers: {
      dynamodb: dynamodb.endpoint ?? database?.endpoint,
      sqs: hasQueue ? sqs.endpoint : emulator?.endpoint,
      s3: s3.endpoint ?? emulator?.endpoint,
      openai: openai?.baseUrl,
      anthropic: anthropic?.endpoint,
      bedrock: bedrock?.endpoint,
      google: google?.endpoint,
      ollama: ollama?.endpoint,
      mcp: `${mcp.endpoint}/${DEVELOPMENT.endpointId}/mcp`,
    },
    stop: async () => void (await Promise.all(running.map((server) => server.stop()))),
  };
}
