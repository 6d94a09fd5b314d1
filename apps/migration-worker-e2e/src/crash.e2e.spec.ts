import { runPoints } from './crash/run-points.ts';

/** Of some three hundred calls; the long version takes every one. */
const SAMPLE = 6;

it('a run killed at a call, wherever in it, is finished by the same command, and hardly anything is done twice', async () => {
  const { survived, left } = await runPoints({ seed: 'points', deaths: ['before', 'after'], sample: SAMPLE });
  // The last call of one run may be none of the next.
  expect(survived.length).toBeGreaterThanOrEqual(SAMPLE - 1);
  expect(left).toBe(0);
}, 240_000);
