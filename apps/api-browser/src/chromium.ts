import { execFileSync } from 'node:child_process';
import { processEnv } from '@agent-engine/config';

/** Path of the browser: `CHROMIUM_PATH`, else the distribution's `chromium`. Undefined when there is none. */
export function chromiumPath(): string | undefined {
  const { CHROMIUM_PATH } = processEnv();
  if (CHROMIUM_PATH) return CHROMIUM_PATH;
  try {
    return execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/** Nothing but the page under test may use the network, or the test proves nothing about working offline. */
export const CHROMIUM_ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
