export { ASK_MODEL_FUNCTION, decodeTaskMessage, encodeTaskMessage, type TaskMessage } from './task-message.ts';
