import { naiveTime } from '@agent-engine/graphql';

/** Stored beside `updatedBy`, for the operators' eyes. */
export const NOT_SHOWN = ['updatedSubject'] as const;

interface Row {
  updatedSubject: string | null;
  createdAt: string;
  updatedAt: string;
}

/** A whole row inside JSON, where no type says what is shown and how times look. */
export function jsonRow<R extends Row>({ updatedSubject: _, ...row }: R): Omit<R, 'updatedSubject'> {
  return { ...row, createdAt: naiveTime(row.createdAt), updatedAt: naiveTime(row.updatedAt) };
}
