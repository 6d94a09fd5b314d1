import { Controller, Get, Header, Inject } from '@nestjs/common';
import { Metrics } from './metrics.ts';

@Controller('metrics')
export class MetricsController {
  @Inject(Metrics) private readonly metrics!: Metrics;

  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  scrape(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
