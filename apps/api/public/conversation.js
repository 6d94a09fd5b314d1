import { AnswerView } from './answer-view.js';
import { ChatSocket } from './chat-socket.js';
import { element } from './dom.js';
import { historyOf, recordOf } from './records.js';

const EXAMPLES = ['What is my order status?', 'What can you help me with?'];
/** A server may send a result frame after the end of the text; one that does not is not waited for longer. */
const RESULT_WITHIN_MS = 5_000;

/**
 * A tenant's conversation: its socket, its thread and what is on the page. Events: `change`, `ask` (detail: an
 * example the visitor chose).
 */
export class Conversation extends EventTarget {
  #thread;
  #answer;
  node = element('div', { class: 'transcript', role: 'log', 'aria-live': 'polite' });

  constructor(partId) {
    super();
    this.partId = partId;
    this.node.setAttribute('aria-label', `Conversation as ${partId}`);
    this.socket = new ChatSocket(partId);
    this.socket.addEventListener('frame', ({ detail }) => this.#receive(detail));
    this.socket.addEventListener('state', ({ detail }) => {
      if (detail === 'lost') this.#fail('The connection was lost before the answer was complete. Ask again.');
      this.#changed();
    });
    this.#thread = sessionStorage.getItem(this.#storageKey) ?? undefined;
    this.#welcome();
  }

  get threadUuid() {
    return this.#thread;
  }

  get answering() {
    return this.#answer !== undefined;
  }

  /** Connects, and tells again what the thread holds from before a reload. */
  async start() {
    await this.socket.connect();
    if (!this.#thread || this.socket.state === 'refused') return;
    const history = await historyOf(this.partId, this.#thread).catch(() => []);
    if (history.length && !this.node.querySelector('.question')) this.#tell(history);
  }

  async ask(agentUuid, question) {
    if (!this.#thread) {
      this.#thread = crypto.randomUUID();
      sessionStorage.setItem(this.#storageKey, this.#thread);
    }
    this.node.querySelector('.welcome')?.remove();
    const view = new AnswerView();
    this.node.append(element('p', { class: 'question' }, question), view.node);
    this.#answer = { view, since: performance.now(), tools: 0 };
    this.#changed();
    try {
      await this.socket.send({
        action: 'ask_model',
        arguments: {
          agent_uuid: agentUuid,
          thread_uuid: this.#thread,
          user_query: question,
          updated_by: 'dev-page',
          stream: true,
        },
      });
    } catch (error) {
      this.#fail(error.message);
    }
  }

  newThread() {
    this.#thread = undefined;
    sessionStorage.removeItem(this.#storageKey);
    this.#welcome();
    this.#changed();
  }

  #receive(frame) {
    const answer = this.#answer;
    if (!answer) return;
    if (frame.type === 'error') this.#fail(frame.detail);
    else if ('chunk_delta' in frame) this.#receiveText(frame, answer);
    else if (frame.type === 'tool_call') this.#receiveTool(frame, answer);
    else if ('result' in frame) void this.#finish(frame.result?.run_uuid);
    this.#changed();
  }

  #receiveText(frame, answer) {
    const group = frame.message_group_id.slice(this.socket.connectionId.length + 1);
    const [runUuid, reasoning] = group.split('-rs#');
    answer.runUuid = runUuid;
    if (reasoning !== undefined) return answer.view.addReasoning(frame.chunk_delta);
    answer.view.addText(frame.chunk_delta);
    if (frame.is_message_end) answer.end = setTimeout(() => this.#finish(), RESULT_WITHIN_MS);
  }

  #receiveTool(frame, { view }) {
    view.showTool({
      id: frame.tool_call_id ?? frame.name,
      name: frame.name,
      state: frame.state ?? 'in progress',
    });
  }

  async #finish(runUuid) {
    const answer = this.#take();
    if (!answer) return;
    answer.view.done();
    this.#changed();
    const waitedMs = performance.now() - answer.since;
    const id = runUuid ?? answer.runUuid;
    try {
      const { run, toolCalls } = await recordOf(this.partId, this.#thread, id);
      answer.view.showRecordedTools(toolCalls);
      answer.view.showRun(run ?? { runUuid: id }, waitedMs);
    } catch {
      answer.view.showRun({ runUuid: id }, waitedMs);
    }
    this.#changed();
  }

  #fail(sentence) {
    const answer = this.#take();
    if (!answer) return;
    answer.view.showFailure(sentence);
    answer.view.done();
    this.#changed();
  }

  #take() {
    const answer = this.#answer;
    this.#answer = undefined;
    clearTimeout(answer?.end);
    return answer;
  }

  #tell(history) {
    this.node.replaceChildren();
    for (const { role, message, run, toolCalls } of history) {
      if (role === 'user') {
        this.node.append(element('p', { class: 'question' }, message));
      } else {
        const view = new AnswerView();
        view.addText(message ?? '');
        view.showRecordedTools(toolCalls);
        if (run) view.showRun(run);
        view.done();
        this.node.append(view.node);
      }
    }
    this.#changed();
  }

  #welcome() {
    const examples = EXAMPLES.map((example) => {
      const button = element('button', { type: 'button', class: 'quiet' }, example);
      button.addEventListener('click', () => this.dispatchEvent(new CustomEvent('ask', { detail: example })));
      return button;
    });
    this.node.replaceChildren(
      element(
        'div',
        { class: 'welcome' },
        element('strong', {}, `Ask ${this.partId}’s agent`),
        'It answers from this tenant’s own agent, tools and data.',
        element('div', { class: 'examples' }, ...examples),
      ),
    );
  }

  get #storageKey() {
    return `thread of ${this.partId}`;
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
