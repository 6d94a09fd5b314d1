import type { BrowserContext, Page } from 'playwright-core';

/** A page, and everything it did that the development page must never do. */
export interface WatchedPage {
  page: Page;
  /** Requests to other hosts, console errors (policy violations among them), failed loads and uncaught errors. */
  faults: string[];
}

export async function watchedPage(context: BrowserContext, url: string): Promise<WatchedPage> {
  const { host } = new URL(url);
  const faults: string[] = [];
  const page = await context.newPage();
  // On the context: workers and frames ask too.
  context.on('request', (request) => {
    const target = new URL(request.url());
    if (/^(https?|wss?):$/.test(target.protocol) && target.host !== host)
      faults.push(`request to ${target.host}`);
  });
  context.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()} for ${response.url()}`);
  });
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== host) faults.push(`socket to ${socket.url()}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  await page.goto(url);
  return { page, faults };
}
