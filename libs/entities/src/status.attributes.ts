import { text } from './attribute.ts';

/** Of the versions of a family at most one is active. */
export const versionStatus = text.default('active', { oneOf: ['active', 'inactive'] });

/** How far a task or a tool call is. */
export const progressStatus = text.default('initial', {
  oneOf: ['initial', 'in_progress', 'completed', 'failed'],
});
