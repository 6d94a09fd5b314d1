export { AppError, type AppErrorOptions } from './app-error.ts';
export { errorCodes, type ErrorCode } from './error-codes.ts';
