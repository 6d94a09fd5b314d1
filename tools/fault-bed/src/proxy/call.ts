/** One request to DynamoDB or DynamoDB Streams as it passes. */
export interface Call {
  /** From 1, in order of arrival. */
  n: number;
  service: 'dynamodb' | 'streams';
  /** `PutItem`, `GetRecords` */
  operation: string;
  /** Tables it names, with prefix; of calls to Streams the table of the stream. */
  tables: readonly string[];
  /** Whether it can change rows or tables. */
  mutating: boolean;
  /** Its body. */
  request: Readonly<Record<string, unknown>>;
}

const MUTATING =
  /^(Put|Update|Delete|Create|BatchWrite|TransactWrite|Tag|Untag|Import|Restore|Enable|Disable)/;

/** @returns undefined for what is no call of either service */
export function readCall(n: number, target: string | undefined, body: Buffer): Call | undefined {
  const [, service, operation] = /^(DynamoDB|DynamoDBStreams)_20120810\.(\w+)$/.exec(target ?? '') ?? [];
  if (service === undefined || operation === undefined) return undefined;
  const request = JSON.parse(body.toString() || '{}') as Record<string, unknown>;
  const statements = statementsOf(request);
  return {
    n,
    service: service === 'DynamoDB' ? 'dynamodb' : 'streams',
    operation,
    tables: [...new Set(tablesOf(request, statements))],
    mutating: MUTATING.test(operation) || statements.some((statement) => !/^\s*select/i.test(statement)),
    request,
  };
}

function statementsOf(request: Record<string, unknown>): string[] {
  const lists = [request.Statements, request.TransactStatements, [request]] as { Statement?: unknown }[][];
  return lists.flatMap((list) =>
    (list ?? []).flatMap(({ Statement }) => (typeof Statement === 'string' ? [Statement] : [])),
  );
}

function tablesOf(request: Record<string, unknown>, statements: readonly string[]): string[] {
  const { TableName, RequestItems, TransactItems, StreamArn } = request;
  const transact = (TransactItems ?? []) as Record<string, { TableName?: string }>[];
  return [
    ...(typeof TableName === 'string' ? [TableName] : []),
    ...Object.keys(RequestItems ?? {}),
    ...transact.flatMap((entry) => Object.values(entry).flatMap(({ TableName = '' }) => TableName)),
    ...(typeof StreamArn === 'string' ? [tableOfStream(StreamArn)] : []),
    ...statements.flatMap(
      (statement) => /\b(?:into|update|from)\s+["']?([\w.-]+)/i.exec(statement)?.[1] ?? [],
    ),
  ].filter((name) => name !== '');
}

/** `arn:aws:dynamodb:region:account:table/NAME/stream/LABEL` */
export function tableOfStream(arn: string): string {
  return arn.split('/')[1] ?? '';
}
