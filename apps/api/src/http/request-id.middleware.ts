import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { RequestIdContext } from './request-id.context.ts';

/** What proxies put there; anything else could forge log lines. */
const SANE = /^[\w.:/+=-]{1,128}$/;

/** Gives each request an id: the caller's, if it is a sane one, or a new one. The response tells it. */
@Injectable()
export class RequestIdMiddleware implements NestMiddleware {
  @Inject(RequestIdContext) private readonly context!: RequestIdContext;

  use(request: Request, response: Response, next: NextFunction): void {
    const incoming = request.header('x-request-id');
    const requestId = incoming !== undefined && SANE.test(incoming) ? incoming : randomUUID();
    response.setHeader('x-request-id', requestId);
    this.context.run(requestId, next);
  }
}
