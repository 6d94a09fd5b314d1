import type { ApiConfig } from '@agent-engine/config';
import { Module } from '@nestjs/common';
import { API_CONFIG } from '../core/core.tokens.ts';
import { ApiKeys } from './api-keys.ts';
import { Authenticator } from './authenticator.ts';
import { TokenVerifier } from './token-verifier.ts';

@Module({
  providers: [
    {
      provide: TokenVerifier,
      inject: [API_CONFIG],
      useFactory: ({ jwt }: ApiConfig) => new TokenVerifier(jwt),
    },
    {
      provide: ApiKeys,
      inject: [API_CONFIG],
      useFactory: (config: ApiConfig) => ApiKeys.of(config),
    },
    Authenticator,
  ],
  exports: [Authenticator],
})
export class AuthModule {}
