import type { ProviderRequest } from '../provider/dialect.ts';
import type { HandlerSetup } from './handler-under-test.ts';

/** One handler with all the suite has to know about it: a new handler is a new row. */
export interface HandlerCase extends HandlerSetup {
  name: string;
  /** What makes an agent ask with a key of its own, and how the server sees it. */
  key: { setting: string; of(request: ProviderRequest<unknown>): string | undefined };
  isStreamed(request: ProviderRequest<unknown>): boolean;
  /** Whether the request lets the model call tools. */
  offersTools(request: ProviderRequest<unknown>): boolean;
  /** The setting under which an answer has to be JSON of this schema; undefined: the handler has none. */
  structured?(schema: object): object;
  /** What the wire format can say. */
  can: {
    /** Filters and refusals of the model. */
    refuse: boolean;
    /** Arguments that are no JSON. */
    brokenArguments: boolean;
    reasoning: boolean;
    cachedTokens: boolean;
    reasoningTokens: boolean;
  };
}
