import { AppError } from '@agent-engine/errors';
import { type ArgumentsHost, Catch, Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { HttpErrorFilter } from '../http/http-error.filter.ts';

/** Names the error as the AWS client knows it: only then it throws its GoneException. */
@Injectable()
@Catch()
export class GoneFilter extends HttpErrorFilter {
  override catch(exception: unknown, host: ArgumentsHost): void {
    if (AppError.is(exception, 'connection.gone')) {
      host.switchToHttp().getResponse<Response>().setHeader('x-amzn-errortype', 'GoneException');
    }
    super.catch(exception, host);
  }
}
