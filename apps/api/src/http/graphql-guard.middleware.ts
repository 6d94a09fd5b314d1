import { AppError } from '@agent-engine/errors';
import type { NextFunction, Request, Response } from 'express';
import { isAdmitted } from './request-identity.ts';

/** Stands where Apollo does: who comes here directly finds nothing. */
export function graphqlGuard(request: Request, _response: Response, next: NextFunction): void {
  next(isAdmitted(request) ? undefined : new AppError('request.notFound', 'There is nothing here.'));
}
