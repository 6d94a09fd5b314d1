import { Conversation } from './conversation.js';
import { byId, element } from './dom.js';
import { activeAgents } from './records.js';
import { config, hasToken, pasteToken } from './server.js';

const STATES = {
  connecting: 'Connecting…',
  open: 'Connected',
  lost: config.issuesTokens
    ? 'Not connected. Trying again…'
    : 'Not connected. Is the token valid for this tenant? Trying again…',
  refused: 'A token is needed',
};

const conversations = new Map();
const agents = new Map();
/** The agent a visitor chose, by tenant. */
const choices = new Map();
let current;

/** Brings a tenant's conversation on the page; the others go on behind it. */
export async function showConversation(partId) {
  current = conversations.get(partId) ?? begin(partId);
  for (const { node } of conversations.values()) node.hidden = node !== current.node;
  byId('token-form').hidden = config.issuesTokens;
  render();
  byId('transcripts').scrollTop = byId('transcripts').scrollHeight;
  await showAgents();
}

function begin(partId) {
  const conversation = new Conversation(partId);
  conversations.set(partId, conversation);
  conversation.addEventListener('change', () => conversation === current && render());
  conversation.addEventListener('ask', ({ detail }) => ask(detail));
  conversation.socket.addEventListener('state', ({ detail }) => {
    // A server that comes back may have other agents.
    if (detail === 'lost') agents.delete(partId);
    if (detail === 'open' && conversation === current) void showAgents();
  });
  byId('transcripts').append(conversation.node);
  void conversation.start();
  return conversation;
}

async function showAgents() {
  const { partId } = current;
  if (!agents.has(partId)) {
    showOptions([]);
    if (!hasToken(partId)) return;
    try {
      agents.set(partId, await activeAgents(partId));
    } catch (error) {
      if (partId === current.partId) showOptions([{ agentUuid: '', agentName: error.message }]);
      return;
    }
  }
  if (partId !== current.partId) return;
  const known = agents.get(partId);
  showOptions(known.length ? known : [{ agentUuid: '', agentName: 'No agent yet' }]);
}

function showOptions(list) {
  const select = byId('agent');
  const chosen = choices.get(current.partId);
  select.replaceChildren(
    ...list.map(({ agentUuid, agentName }) => element('option', { value: agentUuid }, agentName)),
  );
  if (list.some(({ agentUuid }) => agentUuid === chosen)) select.value = chosen;
  render();
}

function render() {
  const { state } = current.socket;
  const { transcripts, status } = { transcripts: byId('transcripts'), status: byId('status') };
  const following = transcripts.scrollHeight - transcripts.scrollTop - transcripts.clientHeight < 120;
  // Announced by screen readers: written only when it changes.
  const text = current.answering && state === 'open' ? 'Answering…' : STATES[state];
  if (status.textContent !== text) status.textContent = text;
  status.dataset.state = state;
  byId('thread').textContent = current.threadUuid ? `${current.threadUuid.slice(0, 8)}…` : 'new';
  byId('thread').title = current.threadUuid ?? 'The first question starts a thread';
  byId('new-thread').disabled = current.answering;
  byId('agent').disabled = !byId('agent').value;
  byId('send').disabled = current.answering || !byId('agent').value;
  if (following) transcripts.scrollTop = transcripts.scrollHeight;
}

function ask(question) {
  const agentUuid = byId('agent').value;
  if (!question.trim() || !agentUuid || current.answering) return false;
  void current.ask(agentUuid, question.trim());
  byId('transcripts').scrollTop = byId('transcripts').scrollHeight;
  return true;
}

byId('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  if (ask(byId('question').value)) byId('question').value = '';
});
byId('question').addEventListener('keydown', (event) => {
  // isComposing: Enter also ends the input of Chinese, Japanese and Korean text.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  byId('composer').requestSubmit();
});
byId('agent').addEventListener('change', ({ target }) => choices.set(current.partId, target.value));
byId('new-thread').addEventListener('click', () => {
  current.newThread();
  byId('question').focus();
});
byId('token-form').addEventListener('submit', (event) => {
  event.preventDefault();
  pasteToken(current.partId, byId('token').value.trim());
  byId('token').value = '';
  void current.start();
  void showAgents();
});
