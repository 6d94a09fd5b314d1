import { byId, element } from './dom.js';
import { config } from './server.js';

/** Commands a visitor can paste into a terminal, for the chosen tenant. */
export function showCommands(partId) {
  byId('try-list').replaceChildren(
    ...commands(partId).map(([title, command]) => {
      const copy = element(
        'button',
        { type: 'button', class: 'quiet', 'aria-label': `Copy: ${title}` },
        'Copy',
      );
      copy.addEventListener('click', async () => {
        await navigator.clipboard.writeText(command);
        copy.textContent = 'Copied';
        setTimeout(() => (copy.textContent = 'Copy'), 1_500);
      });
      const head = element('div', { class: 'command-head' }, title, copy);
      return element('div', { class: 'command' }, head, element('pre', {}, command));
    }),
  );
}

function commands(partId) {
  const { endpointId, apiKey } = config;
  const query = '{ agentList { agentList { agentUuid agentName } } }';
  return [
    [
      'List the agents',
      [
        `curl -s ${location.origin}/${endpointId}/ai_agent_core_graphql`,
        `-H 'content-type: application/json'`,
        `-H 'x-api-key: ${apiKey}' -H 'part-id: ${partId}'`,
        `-d '${JSON.stringify({ query })}'`,
      ].join(' \\\n  '),
    ],
    [
      'Ask in the terminal',
      `npm run ask -- "What is my order status?" --url ${location.origin} --part ${partId}`,
    ],
  ];
}
