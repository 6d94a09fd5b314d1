import { Module } from '@nestjs/common';
import { AgentHandlers } from './agent-handlers.ts';

@Module({ providers: [AgentHandlers], exports: [AgentHandlers] })
export class HandlersModule {}
