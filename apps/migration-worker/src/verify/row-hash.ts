import { hash } from 'node:crypto';
import { canonicalItem, type Item, withoutMarks } from '@agent-engine/migration-core';

/** Content of a row, marks apart, short enough to remember many. */
export const rowHash = (item: Item): string => hash('sha256', canonicalItem(withoutMarks(item)), 'base64');
