import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type BrowserContext, chromium } from 'playwright-core';
import { CHROMIUM_ARGUMENTS, chromiumPath } from './chromium.ts';
import { type MigrationRun, startMigrationRun } from './migration-run.ts';
import { watchedPage } from './watched-page.ts';

/** A tenant's own words, as a key: no partition can be made of a key with #, so it goes to quarantine with it. */
const HOSTILE =
  '<img src=/stolen onerror="document.title=\'owned\'">#</td><script>alert(1)</script>\u001b[2J';

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
  context.setDefaultTimeout(150_000);
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
    const threads = await page.locator('#tables tr[data-name=threads] td').allTextContents();
    expect(threads.slice(0, 3)).toEqual(['threads', 'rekey', '100 %']);
    expect(Number(threads[3])).toBeGreaterThan(0);
    expect(await page.locator('#facts').textContent()).toMatch(/quarantine 0.*rollback none/);
    for (const plot of ['#rate', '#lag']) {
      await page.waitForFunction(
        (name) => Number(document.querySelector<HTMLElement>(name)?.dataset.points) > 2,
        plot,
      );
      expect(await page.locator(`${plot} canvas`).count()).toBe(1);
      const legend = await page.locator(`${plot} .u-legend .u-label`).allTextContents();
      expect(legend).toEqual(expect.arrayContaining(['all', 'threads', 'messages']));
      expect(await page.locator(`${plot} canvas`).evaluate(inksOf)).toBeGreaterThan(2);
    }
    expect(await page.locator('button, input, form, a').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it('shows what tenants wrote as text', async () => {
    const { page, faults } = await watchedPage(context, run.url);
    await run.put('aace-elements', { endpoint_id: { S: HOSTILE }, element_uuid: { S: HOSTILE } });
    const row = page.locator('#quarantine tr').first();
    await row.waitFor();
    const [table, key, reason] = await row.locator('td').allTextContents();
    expect(table).toBe('elements');
    expect(JSON.parse(key ?? '')).toEqual({ endpoint_id: HOSTILE, element_uuid: HOSTILE });
    expect(reason).toContain('#');
    expect(await page.locator('#alarms').textContent()).toMatch(
      /quarantine: 1 row could not be carried over/,
    );
    expect(await page.locator('#facts').textContent()).toContain('quarantine 1');
    expect(await page.locator('main img, main script, td *').count()).toBe(0);
    expect(await page.title()).toBe('VERIFIED · page');
    expect(faults).toEqual([]);
  });

  it('gives the metrics the figures of `status --json`', async () => {
    const { status, samples } = await atRest();
    const table = status.tables.threads!;
    expect(samples).toMatchObject({
      [`migration_state{state="${status.state}"}`]: 1,
      'migration_info{id="page",direction="forward"}': 1,
      migration_epoch: status.epoch,
      migration_workers: 1,
      migration_quarantined_rows: status.quarantine,
      'migration_alarm{alarm="quarantine"}': Number(status.quarantine > 0),
      'migration_alarm{alarm="lag"}': 0,
      'migration_rollback{status="none"}': 1,
      'migration_capacity_limit_units_per_second{kind="write"}': status.throttle.write,
      migration_throttled: 0,
      migration_progress_ratio: 1,
      migration_verified_timestamp_seconds: Date.parse(status.verifiedAt!) / 1_000,
      'migration_rows{table="threads",outcome="scanned"}': table.scanned,
      'migration_rows{table="threads",outcome="inserted"}': table.inserted,
      'migration_events{table="messages",outcome="seen"}': status.tables.messages!.events.seen,
      'migration_table_progress_ratio{table="threads"}': 1,
      'migration_lag_seconds{table="threads"}': table.lagSeconds,
    });
    // Nobody has switched over yet.
    expect(Object.keys(samples)).not.toContain('migration_write_gap_seconds');
    expect(await (await fetch(`${run.url}/metrics`)).text()).not.toContain('stolen');
  });

  it('answers to GET, under its own names, and says whether it is alive', async () => {
    const response = await fetch(run.url, { method: 'POST' });
    expect(response.status).toBe(405);
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    );
    expect((await fetch(`${run.url}/health/live`)).status).toBe(200);
    expect(await (await fetch(`${run.url}/health/ready`)).json()).toEqual({ status: 'ok' });
    expect((await fetch(`${run.url}/%2e%2e/package.json`)).status).toBe(404);
    expect(new URL(run.url).hostname).toBe('127.0.0.1');
    expect(await statusFor('rebound.example')).toBe(403);
    expect(await statusFor(new URL(run.url).host)).toBe(200);
  });
});

/** How many colours are in a plot: axes alone make one or two. */
function inksOf(canvas: HTMLCanvasElement | SVGElement): number {
  const { width, height } = canvas as HTMLCanvasElement;
  const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
  const inks = new Set<number>();
  for (let at = 0; at < data.length; at += 4)
    if (data[at + 3] === 255) inks.add(data[at]! * 65_536 + data[at + 1]! * 256 + data[at + 2]!);
  return inks.size;
}

interface Status {
  state: string;
  epoch: number;
  quarantine: number;
  throttle: { write: number };
  verifiedAt: string | null;
  tables: Record<string, { scanned: number; inserted: number; lagSeconds: number; events: { seen: number } }>;
}

/** Both of the same moment: read until nothing has moved between them. */
async function atRest(): Promise<{ status: Status; samples: Record<string, number> }> {
  for (;;) {
    const status = await run.status<Status>();
    const samples = await metrics();
    const after = await run.status<Status>();
    const facts = ({ state, quarantine, tables }: Status) => JSON.stringify([state, quarantine, tables]);
    const isThere = samples['migration_quarantined_rows'] === after.quarantine;
    if (facts(status) === facts(after) && isThere) return { status: after, samples };
    await delay(500);
  }
}

async function metrics(): Promise<Record<string, number>> {
  const text = await (await fetch(`${run.url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith('migration_'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

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
