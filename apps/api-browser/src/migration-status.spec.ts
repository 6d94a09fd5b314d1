import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { CHROMIUM_ARGUMENTS, chromiumPath } from './chromium.ts';
import { type MigrationRun, startMigrationRun } from './migration-run.ts';
import { watchedPage } from './watched-page.ts';

let run: MigrationRun;
let context: BrowserContext;
let profile: string;

beforeAll(async () => {
  run = await startMigrationRun(200);
}, 180_000);
afterAll(() => run.stop());

beforeEach(async () => {
  profile = await mkdtemp(join(tmpdir(), 'migration-status-'));
  context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    args: CHROMIUM_ARGUMENTS,
  });
  context.setDefaultTimeout(100_000);
});
afterEach(async () => {
  await context.close();
  await rm(profile, { recursive: true, force: true });
});

describe('the status page of a running migration', () => {
  it('shows state, tables and plots as they change, offers nothing to press, and loads nothing from elsewhere', async () => {
    const { page, faults } = await watchedPage(context, run.url);
    await page.locator('#state', { hasText: 'VERIFIED' }).waitFor();
    expect(await page.locator('#tables tr').count()).toBe(17);
    const threads = await page.locator('#tables tr[data-table=threads] td').allTextContents();
    expect(threads.slice(0, 3)).toEqual(['threads', 'rekey', '100 %']);
    expect(Number(threads[3])).toBeGreaterThan(0);
    expect(await page.locator('#facts').textContent()).toMatch(/quarantine 0 .*rollback none/);
    for (const plot of ['#rate', '#lag']) {
      await page.waitForFunction(
        (name) => Number(document.querySelector<HTMLElement>(name)?.dataset.points) > 2,
        plot,
      );
      expect(await page.locator(`${plot} canvas`).count()).toBe(1);
    }
    expect(await page.locator('button, input, form, a').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it('gives metrics and status, to GET and under its own names only', async () => {
    const metrics = await (await fetch(`${run.url}/metrics`)).text();
    expect(metrics).toMatch(/^migration_state\{state="[A-Z_]+"\} 1$/m);
    expect(metrics).toMatch(/^migration_rows\{table="threads",outcome="scanned"\} \d+$/m);
    expect(metrics).toMatch(/^migration_lag_seconds\{table="messages"\} /m);
    const status = (await (await fetch(`${run.url}/status.json`)).json()) as Record<string, unknown>;
    expect(status).toMatchObject({ id: 'page', rollback: { status: 'none', reasons: [] } });
    const response = await fetch(run.url, { method: 'POST' });
    expect(response.status).toBe(405);
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self';/,
    );
    expect((await fetch(`${run.url}/../package.json`)).status).toBe(404);
    expect(await statusFor('rebound.example')).toBe(403);
  });
});

/** `fetch` sets the Host itself. */
function statusFor(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${run.url}/status.json`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}
