import { SQSClient } from '@aws-sdk/client-sqs';
import { ConfigurationError, type ApiConfig } from '@agent-engine/config';
import { TaskSender } from '@agent-engine/queue';
import { Module } from '@nestjs/common';
import { FilesModule } from '../files/files.module.ts';
import { API_CONFIG } from '../core/core.tokens.ts';
import { AskPort } from '../sockets/ask-port.ts';
import { AskResolver } from './ask.resolver.ts';
import { AskService } from './ask.service.ts';
import { CancelResolver } from './cancel.resolver.ts';
import { ExecuteResolver } from './execute.resolver.ts';
import { QuestionFiles } from './question-files.ts';
import { QuestionThreads } from './question-threads.ts';
import { RunCancellation } from './run-cancellation.ts';

@Module({
  imports: [FilesModule],
  providers: [
    AskResolver,
    CancelResolver,
    ExecuteResolver,
    RunCancellation,
    AskService,
    QuestionFiles,
    QuestionThreads,
    { provide: AskPort, useExisting: AskService },
    {
      provide: TaskSender,
      inject: [API_CONFIG, SQSClient],
      useFactory: ({ aws }: ApiConfig, client: SQSClient) => {
        if (!aws.sqs.taskQueueUrl) throw new ConfigurationError(['TASK_QUEUE_URL: is required']);
        return new TaskSender(client, aws.sqs.taskQueueUrl);
      },
    },
  ],
  exports: [AskPort],
})
export class AskModule {}
