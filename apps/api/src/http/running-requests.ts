import type { Server } from 'node:http';
import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

/** Knows the requests that are being answered, so that a stopping server lets them finish and nobody else in. */
@Injectable()
export class RunningRequests implements NestMiddleware {
  private readonly responses = new Set<Response>();
  private draining = false;

  use(_request: Request, response: Response, next: NextFunction): void {
    this.responses.add(response);
    response.once('close', () => this.responses.delete(response));
    if (this.draining) lastOnItsConnection(response);
    next();
  }

  /** Resolves when the last connection has closed; kept-alive ones are told to, since they would never end by themselves. */
  drain(server: Server): Promise<void> {
    this.draining = true;
    for (const response of this.responses) lastOnItsConnection(response);
    return new Promise((resolve) => {
      server.close(() => resolve());
    });
  }
}

function lastOnItsConnection(response: Response): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}
