import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Readiness, type ReadyReport } from './readiness.ts';

@Controller('health')
export class HealthController {
  @Inject(Readiness) private readonly readiness!: Readiness;

  @Get('live')
  live() {
    return { status: 'live' };
  }

  @Get('ready')
  @Header('cache-control', 'no-store')
  async ready(@Res({ passthrough: true }) response: Response): Promise<ReadyReport> {
    const report = await this.readiness.report();
    response.status(report.status === 'ready' ? 200 : 503);
    return report;
  }
}
