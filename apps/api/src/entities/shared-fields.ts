/** Stored beside `updatedBy`, for the operators' eyes. */
export const NOT_SHOWN = ['updatedSubject'] as const;
