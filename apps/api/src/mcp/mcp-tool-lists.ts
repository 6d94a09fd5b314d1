import { createHash } from 'node:crypto';
import type { EgressGuard, ListedTool, McpEndpoint } from '@agent-engine/agent-handlers';
import type { ApiConfig } from '@agent-engine/config';
import type { McpServer } from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import type { Logger } from '@agent-engine/observability';
import type { Partition } from '@agent-engine/partition';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { API_CONFIG, LOGGER } from '../core/core.tokens.ts';

/** How long a list is believed. Other instances of the API learn of a server's new tools this late. */
const TTL_MS = 60_000;
const TIMEOUT_MS = 5_000;
const MAX_BYTES = 512 * 1024;
const MAX_LISTS = 250;

/** In place of a server's uuid: no uuid looks like this. */
const INTERNAL = 'internal';

interface Listing {
  /** Of URL and headers: a list of other ones is not this server's any more, whoever changed them where. */
  fingerprint: string;
  tools: Promise<ListedTool[]>;
}

/** Which tools MCP servers offer right now, as each tenant sees them: lists depend on who asks. */
@Injectable()
export class McpToolLists {
  @Inject(API_CONFIG) private readonly config!: ApiConfig;
  @Inject(LOGGER) private readonly logger!: Logger;
  private readonly lists = new LRUCache<string, Listing>({ max: MAX_LISTS, ttl: TTL_MS });
  private egress: EgressGuard | undefined;

  /**
   * The server's tools, then those of the internal server that every agent has. One that does not answer costs its own
   * tools only. Null for a server without a URL.
   */
  async of(partition: Partition, server: McpServer): Promise<ListedTool[] | null> {
    if (!server.mcpServerUrl) return null;
    // Most of the SDKs behind it are of no use to an API that nobody asks for tools.
    const { mcpEndpoints } = await import('@agent-engine/agent-handlers');
    const endpoints = mcpEndpoints(partition, [server], this.config.internalMcp);
    const lists = await Promise.all(
      endpoints.map((endpoint) =>
        this.list(partition, endpoint.trusted ? INTERNAL : server.mcpServerUuid, endpoint),
      ),
    );
    return lists.flat();
  }

  /** After the server was changed or deleted here. */
  forget(partition: Partition, { mcpServerUuid }: McpServer): void {
    this.lists.delete(keyOf(partition, mcpServerUuid));
  }

  private async list(partition: Partition, server: string, endpoint: McpEndpoint): Promise<ListedTool[]> {
    const key = keyOf(partition, server);
    const fingerprint = fingerprintOf(endpoint);
    let listing = this.lists.get(key);
    if (listing?.fingerprint !== fingerprint) {
      // Kept before it is known, so that all who ask meanwhile wait for one answer.
      listing = { fingerprint, tools: this.ask(endpoint) };
      this.lists.set(key, listing);
    }
    try {
      return await listing.tools;
    } catch (error) {
      if (this.lists.peek(key) === listing) {
        this.lists.delete(key);
        // What a tenant's server says stays out of the log, and so does where it is.
        const reason = AppError.is(error, 'egress.') ? error.code : error instanceof Error && error.name;
        this.logger.warn({ mcpServer: server, reason }, 'an MCP server lists no tools');
      }
      return [];
    }
  }

  private async ask(endpoint: McpEndpoint): Promise<ListedTool[]> {
    const { createEgressGuard, listMcpTools } = await import('@agent-engine/agent-handlers');
    this.egress ??= createEgressGuard(this.config.egressAllow);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    return listMcpTools(endpoint, { egress: this.egress, signal, maxBytes: MAX_BYTES });
  }
}

/** Neither part can contain a line break. */
const keyOf = (partition: Partition, server: string) => `${partition.key}\n${server}`;

const fingerprintOf = ({ url, headers }: McpEndpoint) =>
  createHash('sha256')
    .update(JSON.stringify([url, headers]))
    .digest('base64');
