import { engineText, stampText, text, timestamp } from './attribute.ts';

/** Rows whose hash key is the partition. */
export const partitionAttributes = {
  partitionKey: engineText,
  endpointId: engineText,
  partId: stampText,
} as const;

/** Rows keyed by something else. Rows from before the migration lack some or all of these. */
export const partitionStamps = {
  partitionKey: stampText,
  endpointId: stampText,
  partId: stampText,
} as const;

export const auditAttributes = {
  /** What the caller says; clients send what they like. */
  updatedBy: text.required(),
  /** Who the credential says it was. */
  updatedSubject: stampText,
  createdAt: timestamp,
  updatedAt: timestamp,
} as const;
