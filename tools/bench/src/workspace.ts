import { fileURLToPath } from 'node:url';

/** A file of the workspace, by its path from the root. */
export const inWorkspace = (path: string): string =>
  fileURLToPath(new URL(`../../../${path}`, import.meta.url));
