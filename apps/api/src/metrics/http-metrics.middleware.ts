import { Inject, Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { Metrics } from './metrics.ts';

@Injectable()
export class HttpMetricsMiddleware implements NestMiddleware {
  @Inject(Metrics) private readonly metrics!: Metrics;

  use(request: Request, response: Response, next: NextFunction): void {
    const route = routeOf(request.url);
    const stop = this.metrics.httpSeconds.startTimer({ route });
    // `close` also comes when the client left before the answer.
    response.once('close', () => {
      stop();
      this.metrics.httpRequests.inc({
        route,
        status: response.writableFinished ? response.statusCode : 'aborted',
      });
    });
    next();
  }
}

const ROUTES: [RegExp, string][] = [
  [/\/ai_agent_core_graphql(\?|$)/, 'graphql'],
  [/^\/(@|%40)connections\//i, 'push'],
  [/^\/health\//, 'health'],
  [/^\/metrics(\?|$)/, 'metrics'],
];

const routeOf = (url: string) => ROUTES.find(([pattern]) => pattern.test(url))?.[1] ?? 'other';
