import { AppError } from '@agent-engine/errors';

/** Arguments every list takes; the rest are filters named by the definition. */
export interface ListArguments {
  /** 1-based; cost grows with it. Ignored when a cursor is given. */
  pageNumber?: number | null;
  /** Rows per page, 1–1000, 100 by default. */
  limit?: number | null;
  /** Where the previous page ended; constant cost. */
  cursor?: string | null;
  /** Against the list's own direction; the engine's own use. */
  order?: 'ascending' | 'descending';
  [filter: string]: unknown;
}

export interface Page<T> {
  items: T[];
  /** Absent after the last row. */
  nextCursor?: string;
}

const MAX_LIMIT = 1000;
const MAX_PAGE = 1_000_000;

/** @throws AppError `argument.invalid` naming the argument and its bounds */
export function pageBounds({ pageNumber, limit }: ListArguments): { pageNumber: number; limit: number } {
  return {
    pageNumber: bounded('pageNumber', pageNumber ?? 1, MAX_PAGE),
    limit: bounded('limit', limit ?? 100, MAX_LIMIT),
  };
}

function bounded(name: string, value: number, max: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new AppError('argument.invalid', `${name} must be an integer from 1 to ${max}.`, {
    details: { argument: name },
  });
}
