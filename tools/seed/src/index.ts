export { readSeedFile, type ReadOptions, type SeedFile } from './read-seed-file.ts';
export { seed, type SeedCounts, type SeedOptions } from './seed.ts';
export { SeedProblem } from './seed-problem.ts';
