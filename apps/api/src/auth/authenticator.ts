import type { IncomingMessage } from 'node:http';
import { AppError } from '@agent-engine/errors';
import { Inject, Injectable } from '@nestjs/common';
import { ApiKeys } from './api-keys.ts';
import type { Credential } from './credential.ts';
import { TokenVerifier } from './token-verifier.ts';

/** Turns what a request shows into what it allows, or refuses it. */
@Injectable()
export class Authenticator {
  @Inject(TokenVerifier) private readonly tokens!: TokenVerifier;
  @Inject(ApiKeys) private readonly keys!: ApiKeys;

  /**
   * Every credential that is shown must be valid; with both, the token says who it is.
   * @throws AppError `auth.*`
   */
  async ofRequest(request: IncomingMessage): Promise<Credential> {
    const { authorization, 'x-api-key': apiKey } = request.headers;
    const byKey = apiKey === undefined ? undefined : this.keys.verify(String(apiKey));
    if (authorization === undefined) {
      if (byKey) return byKey;
      throw new AppError('auth.required', 'Send a bearer token in Authorization or an API key in x-api-key.');
    }
    if (!/^bearer \S/i.test(authorization)) {
      throw new AppError('auth.invalid', 'Authorization must be a bearer token.');
    }
    return this.tokens.verify(request, 'header');
  }

  /** Sockets are opened by people, with `?token=`; API keys are not accepted on them. */
  ofSocket(request: IncomingMessage): Promise<Credential> {
    return this.tokens.verify(request, 'query');
  }

  /**
   * Sockets at API Gateway: `?token=`, or the API key in the query string as the older chat pages send it.
   * Every credential that is shown must be valid; with both, the token says who it is.
   */
  async ofAwsSocket(request: IncomingMessage): Promise<Credential> {
    const query = new URLSearchParams(request.url?.split('?')[1] ?? '');
    const apiKey = query.get('x-api-key') || query.get('api_key');
    const byKey = apiKey ? this.keys.verify(apiKey) : undefined;
    return byKey && !query.get('token') ? byKey : this.tokens.verify(request, 'query');
  }
}
