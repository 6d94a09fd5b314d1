import { element } from './dom.js';

/** One answer on the page while it comes in, and after. */
export class AnswerView {
  #reasoning;
  #tools = new Map();
  #toolBox = element('div', { class: 'tools', hidden: true });
  #text = element('p', { class: 'answer-text' });
  node = element(
    'article',
    { class: 'answer', 'aria-label': 'Answer', 'aria-busy': true },
    this.#toolBox,
    this.#text,
  );

  addText(text) {
    this.#text.append(text);
  }

  addReasoning(text) {
    if (!this.#reasoning) {
      this.#reasoning = element('p');
      const box = element(
        'details',
        { class: 'reasoning' },
        element('summary', {}, 'Reasoning'),
        this.#reasoning,
      );
      this.node.prepend(box);
    }
    this.#reasoning.append(text);
  }

  /** Shows a tool call, or what became of it: `{ id, name, state, input?, output?, ms? }`. */
  showTool({ id, name, state, input, output, ms }) {
    const shownState = state.replaceAll('_', ' ');
    const summary = element(
      'summary',
      {},
      'Tool ',
      element('code', {}, name),
      element('span', { class: 'state', 'data-state': state }, ms ? `${shownState} · ${ms} ms` : shownState),
    );
    const facts = element('dl');
    if (input) facts.append(element('dt', {}, 'Arguments'), element('dd', {}, input));
    if (output) facts.append(element('dt', {}, 'Result'), element('dd', {}, output));
    const tool = element('details', { class: 'tool', 'data-tool': name }, summary, facts);
    const known = this.#tools.get(id);
    if (known) known.replaceWith(tool);
    else this.#toolBox.append(tool);
    this.#tools.set(id, tool);
    this.#toolBox.hidden = false;
  }

  /** Replaces what was seen of the tool calls by what was recorded. */
  showRecordedTools(toolCalls) {
    if (!toolCalls.length) return;
    this.#tools.clear();
    this.#toolBox.replaceChildren();
    for (const call of toolCalls) {
      this.showTool({
        id: call.toolCallUuid,
        name: call.name,
        state: call.status,
        input: call.arguments,
        output: call.content ?? call.notes,
        ms: call.timeSpent,
      });
    }
  }

  /** @param {{ runUuid?: string, totalTokens?: number, promptTokens?: number, completionTokens?: number, timeSpent?: number }} run */
  showRun(run, waitedMs) {
    const ms = run.timeSpent || waitedMs;
    const facts = [
      run.runUuid && element('span', {}, 'run ', element('code', { class: 'run-id' }, run.runUuid)),
      run.totalTokens &&
        element(
          'span',
          { class: 'tokens' },
          `${run.totalTokens} tokens (${run.promptTokens} in, ${run.completionTokens} out)`,
        ),
      ms && element('span', { class: 'time' }, `${(ms / 1000).toFixed(1)} s`),
    ].filter(Boolean);
    if (facts.length) this.node.append(element('p', { class: 'facts' }, ...facts));
  }

  showFailure(sentence) {
    this.node.append(element('p', { class: 'failure', role: 'alert' }, sentence));
  }

  done() {
    this.node.setAttribute('aria-busy', 'false');
    this.#text.hidden = !this.#text.textContent;
  }
}
