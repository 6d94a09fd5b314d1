import { isUtf8 } from 'node:buffer';
import { AppError } from '@agent-engine/errors';
import {
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Req,
  Res,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { raw, type Request, type Response } from 'express';
import { parseBody } from '../http/parse-body.ts';
import { Metrics } from '../metrics/metrics.ts';
import { ConnectionRegistry } from './connection-registry.ts';
import { GoneFilter } from './gone.filter.ts';
import { PushSecretGuard } from './push-secret.guard.ts';

const parseRaw = raw({ type: () => true, limit: '1mb' });

/**
 * The API Gateway Management API for the sockets of this process: runners use the same client here and in AWS.
 * That client escapes the `@`.
 */
@Controller(['@connections', '%40connections'])
@UseGuards(PushSecretGuard)
@UseFilters(GoneFilter)
export class ConnectionsController {
  @Inject(ConnectionRegistry) private readonly registry!: ConnectionRegistry;
  @Inject(Metrics) private readonly metrics!: Metrics;

  @Post(':id')
  @HttpCode(200)
  async post(
    @Param('id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    await parseBody(parseRaw, request, response);
    const body: unknown = request.body;
    if (!Buffer.isBuffer(body) || body.length === 0 || !isUtf8(body)) {
      throw new AppError('request.malformed', 'The body must be one frame of text.');
    }
    try {
      this.registry.get(id).push(body.toString('utf8'));
      this.metrics.frames.inc({ outcome: 'sent' });
    } catch (error) {
      this.metrics.frames.inc({ outcome: 'gone' });
      throw error;
    }
  }

  @Get(':id')
  get(@Param('id') id: string) {
    const { connectedAt, lastActiveAt } = this.registry.get(id);
    return { connectedAt, lastActiveAt };
  }

  @Delete(':id')
  @HttpCode(204)
  delete(@Param('id') id: string) {
    this.registry.get(id).close(1000, 'closed by the server');
  }
}
