import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { CHROMIUM_ARGUMENTS, chromiumPath } from './chromium.ts';
import { type LocalStack, startLocalStack } from './local-stack.ts';
import { watchedPage } from './watched-page.ts';

let stack: LocalStack;
let context: BrowserContext;
let profile: string;

beforeAll(async () => {
  stack = await startLocalStack();
}, 180_000);
afterAll(() => stack.stop());

beforeEach(async () => {
  profile = await mkdtemp(join(tmpdir(), 'api-browser-'));
  context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    args: CHROMIUM_ARGUMENTS,
  });
  context.setDefaultTimeout(60_000);
});
afterEach(async () => {
  await context.close();
  await rm(profile, { recursive: true, force: true });
});

/** Asks and waits until the answer is complete: its run is shown. */
async function ask(page: Page, question: string): Promise<Locator> {
  const asked = await page.locator('.answer:visible').count();
  await page.getByLabel('Your question').fill(question);
  // Enabled once the tenant's agents are known; before that there is nobody to ask.
  await page.locator('#send:enabled').waitFor();
  await page.getByLabel('Your question').press('Enter');
  const answer = page.locator('.answer:visible').nth(asked);
  await answer
    .locator('.run-id, .failure')
    .first()
    .waitFor()
    .catch(async (error: unknown) => {
      const shown = await page.locator('main').innerText();
      throw new Error(`The answer did not end. The page shows:\n${shown}`, { cause: error });
    });
  expect(await answer.locator('.failure').allTextContents()).toEqual([]);
  return answer;
}

const connected = (page: Page) => page.locator('#status[data-state=open]').waitFor();
const chooseTenant = (page: Page, name: string) =>
  page.locator('#parts').getByText(name, { exact: true }).click();

/** Runs in the page: notes every different text the first answer had. */
function recordGrowth(): void {
  const seen = new Set<string>();
  new MutationObserver(() => {
    seen.add(document.querySelector('.answer-text')?.textContent ?? '');
    document.body.dataset.seen = JSON.stringify([...seen]);
  }).observe(document.querySelector('#transcripts')!, {
    childList: true,
    subtree: true,
    characterData: true,
  });
}

describe('chat', () => {
  it('streams each tenant its own answer, with the tool call and what it cost', async () => {
    const { page, faults } = await watchedPage(context, stack.url);
    await page.evaluate(recordGrowth);
    await connected(page);

    const acme = await ask(page, 'What is my order status?');
    const acmeText = (await acme.locator('.answer-text').textContent()) ?? '';
    const seen = JSON.parse((await page.locator('body').getAttribute('data-seen')) ?? '[]') as string[];
    const grown = seen.filter((text) => text && text !== acmeText);
    expect(grown.length).toBeGreaterThan(2);
    expect(grown.filter((text) => !acmeText.startsWith(text))).toEqual([]);
    await acme.locator('.tool summary').first().click();
    expect(await acme.locator('.tool .state').first().textContent()).toMatch(/^completed/);
    expect(await acme.locator('.tool dd').allTextContents()).not.toContain('');
    expect(await acme.locator('.run-id').textContent()).toMatch(/\S{8}/);
    expect(await acme.locator('.tokens').textContent()).toMatch(
      /^[1-9]\d* tokens \([1-9]\d* in, [1-9]\d* out\)$/,
    );
    expect(await acme.locator('.time').textContent()).toMatch(/ s$/);

    await chooseTenant(page, 'globex');
    await connected(page);
    expect(await page.locator('.answer:visible').count()).toBe(0);
    const globex = await ask(page, 'What is my order status?');
    const globexText = await globex.locator('.answer-text').textContent();
    expect(globexText).not.toBe('');
    expect(globexText).not.toBe(acmeText);

    await chooseTenant(page, 'acme');
    expect(await page.locator('.answer:visible .answer-text').allTextContents()).toEqual([acmeText]);
    expect(faults).toEqual([]);
  });

  it('keeps the thread over questions and reloads, until a new one is wanted', async () => {
    const { page, faults } = await watchedPage(context, stack.url);
    await connected(page);
    await ask(page, 'What is my order status?');
    const thread = await page.locator('#thread').getAttribute('title');
    await ask(page, 'And what can you help me with?');
    expect(await page.locator('#thread').getAttribute('title')).toBe(thread);

    await page.reload();
    await page.locator('.answer').nth(1).waitFor();
    expect(await page.locator('.question').allTextContents()).toEqual([
      'What is my order status?',
      'And what can you help me with?',
    ]);
    expect(await page.locator('#thread').getAttribute('title')).toBe(thread);

    await page.getByRole('button', { name: 'New thread' }).click();
    expect(await page.locator('.answer').count()).toBe(0);
    expect(await page.locator('#thread').textContent()).toBe('new');
    expect(faults).toEqual([]);
  });

  it('shows what it is told as text, never as HTML', async () => {
    const { page, faults } = await watchedPage(context, stack.url);
    await connected(page);
    const answer = await ask(page, 'Repeat: <img src="/nowhere" onerror="document.title=1"><b>bold</b>');
    expect(await page.locator('.question').textContent()).toContain('<b>bold</b>');
    expect(await answer.locator('b, img').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it('connects again by itself', async () => {
    const page = await context.newPage();
    const sockets: string[] = [];
    await page.routeWebSocket(/ai_agent_core_ws/, (socket) => {
      sockets.push(socket.url());
      const server = socket.connectToServer();
      if (sockets.length > 1) return;
      // The first connection breaks as soon as something is asked over it.
      socket.onMessage(() => {
        void server.close();
        void socket.close();
      });
    });
    await page.goto(stack.url);
    await connected(page);
    await page.getByLabel('Your question').fill('What is my order status?');
    await page.getByLabel('Your question').press('Enter');
    await page.locator('.failure').waitFor();
    await connected(page);
    await ask(page, 'What is my order status?');
    expect(sockets).toHaveLength(2);
  });
});

describe('GraphQL IDE', () => {
  it('runs a query offline with the headers filled in, for the chosen tenant', async () => {
    const { page, faults } = await watchedPage(context, stack.url);
    const partsSent = new Set<string | undefined>();
    context.on('request', (request) => {
      const headers = request.headers();
      if (headers['x-api-key'] === 'local-dev-key') partsSent.add(headers['part-id']);
    });
    await page.getByRole('tab', { name: 'GraphQL' }).click();
    for (const part of ['acme', 'globex']) {
      await chooseTenant(page, part);
      const ide = page.frameLocator(`iframe[title="GraphQL IDE as ${part}"]`);
      await ide.getByRole('button', { name: 'Send Request' }).first().click();
      await ide.locator('app-query-result').getByText('"agentUuid"').first().waitFor();
      expect(partsSent).toContain(part);
    }
    expect(faults).toEqual([]);
  });
});
