import type { Logger } from '@agent-engine/observability';
import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { Response } from 'express';
import { LOGGER } from '../core/core.tokens.ts';
import { errorBody, httpErrorOf } from './http-errors.ts';
import { RequestIdContext } from './request-id.context.ts';

/** The one place where errors become HTTP answers: of middleware, controllers and unknown paths. */
@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  @Inject(LOGGER) private readonly logger!: Logger;
  @Inject(RequestIdContext) private readonly requestId!: RequestIdContext;

  catch(exception: unknown, host: ArgumentsHost): void {
    // Errors of resolvers are answered inside the GraphQL result.
    if (host.getType<string>() !== 'http') throw exception;
    const error = httpErrorOf(exception);
    const response = host.switchToHttp().getResponse<Response>();
    const { code, status } = error;
    this.logger[status >= 500 ? 'error' : 'debug']({ err: error, code, status }, 'request refused');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (status === 401) response.setHeader('www-authenticate', 'Bearer');
    response.status(status).json(errorBody(error, this.requestId.currentOrNone));
  }
}
