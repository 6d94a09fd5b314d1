import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

const INPUT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?)?$/;
const STORED = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{6})\+0000$/;

/**
 * Inside, a time is its stored form `YYYY-MM-DDTHH:mm:ss.ffffff+0000`. It leaves as naive UTC with microseconds, which
 * are left out when they are zero; it comes with or without an offset, or as a bare date.
 */
export const DateTime = new GraphQLScalarType({
  name: 'DateTime',
  description:
    'UTC without offset, e.g. 2026-11-22T21:59:04.694318. Input may carry an offset or be a bare date.',
  serialize: (value) => naiveTime(String(value)),
  parseValue: stored,
  parseLiteral: (node) => stored(node.kind === Kind.STRING ? node.value : undefined),
});

/** A stored time as clients see it. */
export function naiveTime(value: string): string {
  const [, seconds, micros] = STORED.exec(value) ?? [];
  if (seconds === undefined) return value;
  return micros === '000000' ? seconds : `${seconds}.${micros}`;
}

function stored(value: unknown): string {
  const [, date, minutes = '00:00', seconds = ':00', fraction = '', offset = 'Z'] =
    (typeof value === 'string' && INPUT.exec(value)) || [];
  const time = Date.parse(`${date}T${minutes}${seconds}${offset}`);
  if (date === undefined || Number.isNaN(time)) {
    throw new GraphQLError(`DateTime cannot represent value: ${JSON.stringify(value)}`);
  }
  const utc = new Date(time).toISOString().slice(0, 19);
  return `${utc}.${fraction.slice(0, 6).padEnd(6, '0')}+0000`;
}
