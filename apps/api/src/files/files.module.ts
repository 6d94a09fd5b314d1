import type { ApiConfig } from '@agent-engine/config';
import { PartitionFiles } from '@agent-engine/files';
import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { API_CONFIG } from '../core/core.tokens.ts';
import { HandlersModule } from '../handlers/handlers.module.ts';
import { FileUrls } from './file-urls.ts';
import { PresignedUrlResolver } from './presigned-url.resolver.ts';
import { HandlersOfAgents } from './handlers-of-agents.ts';
import { ProviderFileResolver } from './provider-file.resolver.ts';
import { ProviderFiles } from './provider-files.ts';
import { ProviderSkillResolver } from './provider-skill.resolver.ts';
import { ProviderSkills } from './provider-skills.ts';
import { SharedAccount } from './shared-account.ts';

@Module({
  imports: [HandlersModule],
  providers: [
    FileUrls,
    HandlersOfAgents,
    PresignedUrlResolver,
    ProviderFileResolver,
    ProviderFiles,
    ProviderSkillResolver,
    ProviderSkills,
    SharedAccount,
    {
      provide: PartitionFiles,
      inject: [API_CONFIG],
      useFactory: ({ aws }: ApiConfig) => new PartitionFiles(aws),
    },
  ],
  exports: [PartitionFiles],
})
export class FilesModule implements OnApplicationShutdown {
  @Inject(PartitionFiles) private readonly files!: PartitionFiles;

  onApplicationShutdown(): Promise<void> {
    return this.files.close();
  }
}
