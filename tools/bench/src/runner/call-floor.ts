import { randomUUID } from 'node:crypto';
import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import {
  agent,
  asyncTask,
  type EntityDefinition,
  llm,
  message,
  run,
  runState,
  storedName,
  tableName,
  thread,
  toolCall,
} from '@agent-engine/entities';

const NAMING = { tablePrefix: 'aace-', tenantTableSuffix: '' };
const CHARS_OF_A_ROW = 400;

/**
 * The calls that precede a provider's request, in the order and as much at the same time as the engine makes them, with
 * nothing else around them: what database and queue take on this machine, whoever asks.
 */
export class CallFloor {
  private readonly database: DynamoDBClient;
  private readonly sqs: SQSClient;
  private readonly queueUrl: string;
  private readonly url: string;

  private constructor(database: DynamoDBClient, sqs: SQSClient, queueUrl: string, url: string) {
    this.database = database;
    this.sqs = sqs;
    this.queueUrl = queueUrl;
    this.url = url;
  }

  /** @param env of the engine's processes @param url of the provider */
  static async open(env: NodeJS.ProcessEnv, url: string): Promise<CallFloor> {
    const credentials = { accessKeyId: 'bench', secretAccessKey: 'local' };
    const region = 'us-east-1';
    const database = new DynamoDBClient({ region, credentials, endpoint: env.DYNAMODB_ENDPOINT });
    const sqs = new SQSClient({ region, credentials, endpoint: env.SQS_ENDPOINT });
    const { QueueUrl = '' } = await sqs.send(
      new CreateQueueCommand({ QueueName: 'floor.fifo', Attributes: { FifoQueue: 'true' } }),
    );
    return new CallFloor(database, sqs, QueueUrl, url);
  }

  /** Milliseconds until the provider is asked. */
  async ask(): Promise<number> {
    const id = randomUUID();
    const received = this.receive();
    const begunAt = performance.now();
    await Promise.all([this.query(agent, id), this.get(thread, id)]);
    await Promise.all([run, message, toolCall].map((definition) => this.query(definition, id)));
    await Promise.all([this.send(id), this.put(thread, id)]);
    const written = Promise.all([this.put(run, id), this.put(asyncTask, id)]);
    const receipt = await received;
    await Promise.all([written, this.get(asyncTask, id), this.get(thread, id), this.query(agent, id)]);
    await Promise.all([
      this.put(runState, id),
      this.get(llm, id),
      this.query(message, id),
      this.query(toolCall, id),
    ]);
    const took = performance.now() - begunAt;
    const answer = await fetch(this.url, { method: 'POST', body: '{}' });
    await answer.text();
    await this.sqs.send(new DeleteMessageCommand({ QueueUrl: this.queueUrl, ReceiptHandle: receipt }));
    return took;
  }

  close(): void {
    this.database.destroy();
    this.sqs.destroy();
  }

  private get(definition: EntityDefinition, id: string) {
    return this.database.send(
      new GetItemCommand({
        TableName: tableName(definition, NAMING),
        Key: keyOf(definition, id),
        ConsistentRead: true,
      }),
    );
  }

  private query(definition: EntityDefinition, id: string) {
    return this.database.send(
      new QueryCommand({
        TableName: tableName(definition, NAMING),
        KeyConditionExpression: '#h = :h',
        ExpressionAttributeNames: { '#h': storedName(definition.key.hash) },
        ExpressionAttributeValues: { ':h': { S: id } },
        ConsistentRead: true,
      }),
    );
  }

  private put(definition: EntityDefinition, id: string) {
    return this.database.send(
      new PutItemCommand({
        TableName: tableName(definition, NAMING),
        Item: { ...keyOf(definition, id), content: { S: 'x'.repeat(CHARS_OF_A_ROW) } },
        ConditionExpression: 'attribute_not_exists(#h)',
        ExpressionAttributeNames: { '#h': storedName(definition.key.hash) },
      }),
    );
  }

  private send(id: string) {
    return this.sqs.send(
      new SendMessageCommand({
        QueueUrl: this.queueUrl,
        MessageBody: 'x'.repeat(CHARS_OF_A_ROW),
        MessageGroupId: id,
        MessageDeduplicationId: id,
      }),
    );
  }

  private async receive(): Promise<string | undefined> {
    const { Messages: [received] = [] } = await this.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: this.queueUrl, WaitTimeSeconds: 5 }),
    );
    return received?.ReceiptHandle;
  }
}

function keyOf({ key }: EntityDefinition, id: string) {
  return { [storedName(key.hash)]: { S: id }, [storedName(key.range)]: { S: id } };
}
