import { readFile } from 'node:fs/promises';
import { DEVELOPMENT } from '@agent-engine/config';
import { createModels, type Models } from '@agent-engine/models';
import { Partition } from '@agent-engine/partition';
import { readSeedFile, seed } from '@agent-engine/seed';
import type { Infrastructure } from './infrastructure.ts';

const DEMO_FILE = new URL('../demo.yaml', import.meta.url);
/** As the demo file names it. */
const MCP_SERVER = { mcpServerUuid: '10000000000000000002' };

/** Writes the demo file. Rows that exist stay as somebody may have changed them. */
export async function seedDemo({ aws, database }: Infrastructure, mcpServerUrl: string): Promise<void> {
  const models = createModels(aws, database);
  const variables = { DEMO_MCP_URL: mcpServerUrl };
  const file = readSeedFile(await readFile(DEMO_FILE, 'utf8'), { file: 'demo.yaml', variables });
  await seed(models, file, { keepExisting: true });
  await Promise.all(DEVELOPMENT.partIds.map((partId) => followMcpServer(models, partId, mcpServerUrl)));
}

/** The stand-in has another port at every start, so a kept row has to follow it. */
async function followMcpServer(models: Models, partId: string, mcpServerUrl: string): Promise<void> {
  const partition = Partition.of(DEVELOPMENT.endpointId, partId);
  const found = await models.mcpServer.get(partition, MCP_SERVER);
  if (!found || found.mcpServerUrl === mcpServerUrl) return;
  await models.mcpServer.update(partition, MCP_SERVER, { mcpServerUrl, updatedBy: 'local-stack' });
}
