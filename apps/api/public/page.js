import { showConversation } from './chat.js';
import { byId, element } from './dom.js';
import { config } from './server.js';
import { showCommands } from './try-this.js';

const tabs = [...document.querySelectorAll('[role=tab]')];
let part;

function showPart(partId) {
  part = partId;
  sessionStorage.setItem('part', partId);
  showCommands(partId);
  void showConversation(partId);
  showIde();
}

/** The IDE is large: it is loaded when its tab is first opened, and again for another tenant. */
function showIde() {
  const area = byId('area-graphql');
  if (area.hidden || area.dataset.part === part) return;
  area.dataset.part = part;
  const src = `/dev-page/ide/?part=${encodeURIComponent(part)}`;
  area.replaceChildren(
    element(
      'p',
      { class: 'sent' },
      'Sent with every request:',
      element('code', {}, `x-api-key: ${config.apiKey}`),
      element('code', {}, `part-id: ${part}`),
    ),
    element('iframe', { src, title: `GraphQL IDE as ${part}` }),
  );
}

function showTab(tab) {
  for (const other of tabs) {
    const chosen = other === tab;
    other.setAttribute('aria-selected', String(chosen));
    other.tabIndex = chosen ? 0 : -1;
    byId(other.getAttribute('aria-controls')).hidden = !chosen;
  }
  history.replaceState(null, '', tab.id === 'tab-graphql' ? '#graphql' : location.pathname);
  showIde();
}

for (const tab of tabs) {
  tab.addEventListener('click', () => showTab(tab));
  tab.addEventListener('keydown', ({ key }) => {
    if (key !== 'ArrowLeft' && key !== 'ArrowRight') return;
    const next = tabs[(tabs.indexOf(tab) + 1) % tabs.length];
    next.focus();
    showTab(next);
  });
}

const remembered = sessionStorage.getItem('part');
const first = config.partIds.includes(remembered) ? remembered : config.partIds[0];
for (const partId of config.partIds) {
  const radio = element('input', { type: 'radio', name: 'part', value: partId, checked: partId === first });
  radio.addEventListener('change', () => showPart(partId));
  byId('parts').append(element('label', {}, radio, partId));
}
byId('try').open = matchMedia('(min-width: 761px)').matches;
showPart(first);
if (location.hash === '#graphql') showTab(byId('tab-graphql'));
