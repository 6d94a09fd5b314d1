import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AuthModule } from '../auth/auth.module.ts';
import { GraphqlGateway } from './graphql-gateway.middleware.ts';
import { GraphqlStatusPlugin } from './graphql-status.plugin.ts';
import { HttpErrorFilter } from './http-error.filter.ts';
import { RequestIdMiddleware } from './request-id.middleware.ts';
import { RunningRequests } from './running-requests.ts';

@Module({
  imports: [AuthModule],
  providers: [
    RequestIdMiddleware,
    RunningRequests,
    GraphqlGateway,
    GraphqlStatusPlugin,
    { provide: APP_FILTER, useClass: HttpErrorFilter },
  ],
})
export class HttpModule {}
