import type { Request, RequestHandler, Response } from 'express';
import { httpErrorOf } from './http-errors.ts';

/** Runs one of Express's body parsers. @throws AppError `request.*` */
export function parseBody(parser: RequestHandler, request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    void parser(request, response, (error?: unknown) => {
      if (error) reject(httpErrorOf(error));
      else resolve();
    });
  });
}
