import type { Plan } from './plan.ts';

/** The plan for a person: a line per table, then the sums and what stands in the way. */
export function planText({ tables, total, mapping }: Plan): string {
  const rows = [
    ['table', 'what', 'rows', 'bytes', 'write units', 'read units', 'seconds'],
    ...tables.map(({ table, kind, rows, bytes, writeUnits, readUnits, seconds }) =>
      [table, kind, rows, bytes, writeUnits, readUnits, seconds].map(String),
    ),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
  return [
    ...lines,
    '',
    `total: ${total.writeUnits} write units, ${total.readUnits} read units, about $${total.cost.toFixed(2)}, ${total.seconds} s at the configured capacity`,
    `legacy keys: ${mapping.keys}, without a partition: ${mapping.unmapped.length}`,
    ...mapping.unmapped.map(({ key, rows, reason }) => `  ${JSON.stringify(key)} (${rows} rows): ${reason}`),
  ].join('\n');
}
