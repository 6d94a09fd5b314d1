export { createSqsClient } from './sqs-client.ts';
export { MAX_RECEIVES, TaskConsumer, type ReceivedTask, type TaskConsumerOptions } from './task-consumer.ts';
export {
  ASK_MODEL_FUNCTION,
  decodeTaskMessage,
  encodeTaskMessage,
  MAX_TASK_DELAY_MS,
  type TaskMessage,
} from './task-message.ts';
export { messageGroup, TaskSender } from './task-sender.ts';
