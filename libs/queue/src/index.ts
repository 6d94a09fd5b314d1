export { createSqsClient } from './sqs-client.ts';
export { MAX_RECEIVES, TaskConsumer, type ReceivedTask, type TaskConsumerOptions } from './task-consumer.ts';
export {
  ASK_MODEL_FUNCTION,
  decodeTaskMessage,
  encodeTaskMessage,
  type TaskMessage,
} from './task-message.ts';
export { TaskSender } from './task-sender.ts';
