import {
  startMcpStandIn,
  startOpenAiStandIn,
  type McpStandIn,
  type OpenAiScript,
} from '@agent-engine/testing';

/** What runners talk to: a model that says what the test has it say, and a server with the tool `lookup`. */
export class ScriptedServers {
  readonly model: Awaited<ReturnType<typeof startOpenAiStandIn>>;
  readonly tools: McpStandIn;

  private constructor(model: ScriptedServers['model'], tools: McpStandIn) {
    this.model = model;
    this.tools = tools;
  }

  /** @param script asked for with each request, so that each test can have its own */
  static async start(script: () => OpenAiScript): Promise<ScriptedServers> {
    const tools = await startMcpStandIn({
      tools: [{ name: 'lookup', inputSchema: { type: 'object', properties: {} }, run: () => 'found it' }],
    });
    const model = await startOpenAiStandIn({
      script: (request, index) => {
        const current = script();
        if (typeof current !== 'function') throw new Error('no script');
        return current(request, index);
      },
    });
    return new ScriptedServers(model, tools);
  }

  /** Where a runner finds them. */
  get env() {
    return {
      OPENAI_BASE_URL: this.model.baseUrl,
      OPENAI_API_KEY: 'k',
      INTERNAL_MCP_URL: `${this.tools.endpoint}/{endpoint_id}/mcp`,
    };
  }

  /** What was asked so far, and what was to go wrong. */
  forget(): void {
    this.model.requests.length = 0;
    this.tools.calls.length = 0;
    this.tools.setFault(undefined);
  }

  async stop(): Promise<void> {
    await Promise.all([this.model.stop(), this.tools.stop()]);
  }
}
