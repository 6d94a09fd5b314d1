import { createHash } from 'node:crypto';
import type { Tool as McpTool } from '@modelcontextprotocol/sdk/types.js';
import { LRUCache } from 'lru-cache';
import type { McpEndpoint } from './mcp-endpoint.ts';

export interface ToolCatalogueOptions {
  /** For how long a list is taken for what the server offers. */
  freshMs?: number;
  /** For how long it is better than none when the server does not answer: its tools are offered, and fail when called. */
  usableMs?: number;
}

/** Of all lists together, in characters of JSON. */
const MAX_SIZE = 32_000_000;

interface Listed {
  tools: readonly McpTool[];
  at: number;
}

/**
 * What MCP servers offer, remembered for a while: a run that begins soon after another asks none of them. A list belongs to
 * one tenant, one URL and one set of headers; nobody is shown another's. Make one per process.
 */
export class ToolCatalogue {
  private readonly freshMs: number;
  private readonly lists: LRUCache<string, Listed>;

  constructor({ freshMs = 30_000, usableMs = 600_000 }: ToolCatalogueOptions = {}) {
    this.freshMs = freshMs;
    this.lists = new LRUCache({
      ttl: Math.max(1, usableMs),
      maxSize: MAX_SIZE,
      sizeCalculation: ({ tools }) => JSON.stringify(tools).length + 1,
    });
  }

  /**
   * The server's tools: as they are remembered, else as `list` tells them.
   * @param onStale told when `list` failed and an older answer is used
   * @throws what `list` throws, when nothing is remembered
   */
  async tools(
    tenant: string,
    endpoint: McpEndpoint,
    list: () => Promise<readonly McpTool[]>,
    onStale: (error: unknown) => void,
  ): Promise<readonly McpTool[]> {
    const key = keyOf(tenant, endpoint);
    const known = this.lists.get(key);
    if (known && performance.now() - known.at < this.freshMs) return known.tools;
    try {
      const tools = await list();
      this.lists.set(key, { tools, at: performance.now() });
      return tools;
    } catch (error) {
      if (!known) throw error;
      onStale(error);
      return known.tools;
    }
  }

  /** The server has just shown that it offers something else. */
  forget(tenant: string, endpoint: McpEndpoint): void {
    this.lists.delete(keyOf(tenant, endpoint));
  }
}

/** A digest: headers are secrets. */
function keyOf(tenant: string, { url, headers, trusted }: McpEndpoint): string {
  return createHash('sha256')
    .update(JSON.stringify([tenant, url, trusted, headers]))
    .digest('base64');
}
