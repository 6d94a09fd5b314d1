import { fileURLToPath } from 'node:url';

/** The root of the workspace, whatever the working directory. */
export const WORKSPACE = fileURLToPath(new URL('../../..', import.meta.url));
