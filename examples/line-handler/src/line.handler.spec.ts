import {
  describeSettings,
  describeSteps,
  describeToolRounds,
  type HandlerCase,
} from '@agent-engine/testing/conformance';
import { startStandIn } from '@agent-engine/testing';
import handlers, { LINE_HANDLER } from './index.ts';
import { lineDialect, type LineRequest } from './line.dialect.fixture.ts';

/** What the engine's own handlers are measured by. */
const lineHandler: HandlerCase = {
  name: 'lines',
  id: LINE_HANDLER,
  custom: handlers,
  start: (script) => startStandIn(lineDialect, { script }),
  configuration: (endpoint) => ({ base_url: endpoint, api_key: 'key' }),
  key: {
    setting: 'api_key',
    of: ({ headers }) => headers.authorization?.replace('Bearer ', ''),
  },
  isStreamed: (request) => (request as LineRequest).body.stream,
  offersTools: (request) => (request as LineRequest).body.tools.length > 0,
  can: {
    refuse: true,
    brokenArguments: true,
    reasoning: true,
    cachedTokens: false,
    reasoningTokens: false,
  },
};

describeSteps(lineHandler);
describeSettings(lineHandler);
describeToolRounds(lineHandler);
