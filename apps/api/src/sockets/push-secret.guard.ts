import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiConfig } from '@agent-engine/config';
import { AppError } from '@agent-engine/errors';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { API_CONFIG } from '../core/core.tokens.ts';

/** Runners show the shared secret. To anybody else every connection looks the same. */
@Injectable()
export class PushSecretGuard implements CanActivate {
  @Inject(API_CONFIG) private readonly config!: ApiConfig;

  canActivate(context: ExecutionContext): boolean {
    const shown = context.switchToHttp().getRequest<Request>().header('x-push-secret');
    const { secret } = this.config.push;
    if (secret !== undefined && shown !== undefined && timingSafeEqual(digest(shown), digest(secret))) {
      return true;
    }
    throw new AppError('connection.forbidden', 'Forbidden.');
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest();
