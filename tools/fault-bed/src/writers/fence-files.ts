import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fence } from './fence.ts';

const LOOK_MS = 10;

/** Beside the file that asks writers to hold: each writer's answer that it does, and nothing is under way. */
const answerOf = (file: string, writer: string): string => `${file}.${writer}`;

/**
 * Obeys a file: while it exists, the fence is up. Writers that may start while it exists start fenced, and this lets
 * them go.
 * @returns a function that ends the obedience
 */
export async function obeyFile(fence: Fence, file: string, writer: string): Promise<() => Promise<void>> {
  let ended = false;
  let raised = fence.isUp;
  const look = async () => {
    const asked = existsSync(file);
    if (asked && !existsSync(answerOf(file, writer))) {
      raised = true;
      await fence.up();
      writeFileSync(answerOf(file, writer), '');
    } else if (!asked && raised) {
      raised = false;
      rmSync(answerOf(file, writer), { force: true });
      fence.down();
    }
  };
  // An answer that a killed predecessor left says nothing about this one.
  rmSync(answerOf(file, writer), { force: true });
  await look();
  const watch = (async () => {
    while (!ended) {
      await delay(LOOK_MS);
      await look();
    }
  })();
  return async () => {
    ended = true;
    await watch;
  };
}

/** Asks the writers to hold and returns when all of them do. @throws Error naming those that did not in time */
export async function holdByFile(file: string, writers: readonly string[], timeoutMs: number): Promise<void> {
  // Answers to an earlier question that nobody took back.
  for (const writer of writers) if (!existsSync(file)) rmSync(answerOf(file, writer), { force: true });
  writeFileSync(file, '');
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const waiting = writers.filter((writer) => !existsSync(answerOf(file, writer)));
    if (waiting.length === 0) return;
    if (Date.now() > deadline) throw new Error(`Still writing after ${timeoutMs} ms: ${waiting.join(', ')}.`);
    await delay(LOOK_MS);
  }
}

export function releaseByFile(file: string): void {
  rmSync(file, { force: true });
}
