import { runSettings } from './run-settings.ts';

it.each([
  [{ maxToolRounds: 3 }, 3],
  [{ max_tool_call_depth: 4 }, 4],
  [{ max_tool_rounds: 3, max_tool_call_depth: 4 }, 3],
  [{}, undefined],
])('%j allows %s rounds of tools', (configuration, rounds) => {
  expect(runSettings.parse(configuration).max_tool_rounds).toBe(rounds);
});
