import { createHash } from 'node:crypto';
import type { Tool as McpTool } from '@modelcontextprotocol/sdk/types.js';
import { LRUCache } from 'lru-cache';
import { orAborted } from '../or-aborted.ts';
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

export interface Listing {
  /** Asks the server. */
  list: () => Promise<readonly McpTool[]>;
  /** Of whoever wants the list. */
  signal: AbortSignal;
  /** Told when `list` failed and an older answer is used. */
  onStale: (error: unknown) => void;
}

/**
 * What MCP servers offer, remembered for a while: a run that begins soon after another asks none of them, and of those that
 * begin at the same time one. A list belongs to one tenant, one URL and one set of headers; nobody is shown another's. Make
 * one per process.
 */
export class ToolCatalogue {
  private readonly freshMs: number;
  private readonly lists: LRUCache<string, Listed>;
  /** Being asked for by one run. */
  private readonly asked = new Map<string, Promise<Listed>>();

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
   * @throws what `list` throws, when nothing is remembered
   */
  async tools(tenant: string, endpoint: McpEndpoint, listing: Listing): Promise<readonly McpTool[]> {
    const key = keyOf(tenant, endpoint);
    const known = this.lists.get(key);
    if (known && performance.now() - known.at < this.freshMs) return known.tools;
    try {
      return (await this.list(key, listing)).tools;
    } catch (error) {
      if (!known) throw error;
      listing.onStale(error);
      return known.tools;
    }
  }

  /** Whatever ended another run's asking, its own end perhaps, is no reason not to ask. */
  private async list(key: string, { list, signal }: Listing): Promise<Listed> {
    const others = this.asked.get(key);
    const found = others && (await orAborted(others, signal).catch(() => signal.throwIfAborted()));
    if (found) return found;
    const asking = list().then((tools) => ({ tools, at: performance.now() }));
    this.asked.set(key, asking);
    try {
      const listed = await asking;
      this.lists.set(key, listed);
      return listed;
    } finally {
      if (this.asked.get(key) === asking) this.asked.delete(key);
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
