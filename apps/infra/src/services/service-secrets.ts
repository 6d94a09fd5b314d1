import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Secret as ContainerSecret } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import { type Deployment, nameOf } from '../deployment.ts';

/** The operator's accounts at model providers. An empty value is as good as none. */
const PROVIDER_KEYS = ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'GOOGLE_API_KEY', 'OLLAMA_API_KEY'] as const;

type Secrets = Record<string, ContainerSecret>;

export interface ServiceSecrets {
  api: Secrets;
  runner: Secrets;
  /** What API Gateway shows to the API, as a reference that CloudFormation resolves. */
  socketGateway: string;
}

/** Secrets of the services, each made here and read only by whom it is for. Values are changed in Secrets Manager. */
export function createSecrets(scope: Construct, deployment: Deployment, key: IKey): ServiceSecrets {
  const make = (id: string, name: string, reason: string, template?: Record<string, string>) => {
    const secret = new Secret(scope, id, {
      secretName: nameOf(deployment, name),
      encryptionKey: key,
      removalPolicy: RemovalPolicy.RETAIN,
      generateSecretString: {
        excludePunctuation: true,
        passwordLength: 48,
        ...(template && { secretStringTemplate: JSON.stringify(template), generateStringKey: 'GENERATED' }),
      },
    });
    Validations.of(secret).acknowledge({ id: 'AwsSolutions-SMG4', reason });
    return secret;
  };
  const both = 'Both sides read it when they start: it is changed by a deployment (docs/operations.md).';
  const push = make('PushSecret', 'push-secret', both);
  const gateway = make('SocketGatewaySecret', 'socket-gateway-secret', both);
  const apiKeys = make('ApiKeys', 'api-keys', 'Keys belong to callers, who have to be given new ones.', {
    API_KEYS: '[]',
  });
  const providers = make('ProviderKeys', 'provider-keys', 'Other companies issue these keys.', {
    ...Object.fromEntries(PROVIDER_KEYS.map((name) => [name, ''])),
    INTERNAL_MCP_TOKEN: '',
  });
  const outbound = Object.fromEntries(
    [...PROVIDER_KEYS, 'INTERNAL_MCP_TOKEN'].map((name) => [
      name,
      ContainerSecret.fromSecretsManager(providers, name),
    ]),
  );
  const shared = { PUSH_SECRET: ContainerSecret.fromSecretsManager(push), ...outbound };
  const signing =
    deployment.stage.tokens === 'generatedSecret' &&
    make('TokenSecret', 'token-secret', 'Changing it ends every session: that is for a person to decide.');
  return {
    api: {
      ...shared,
      API_KEYS: ContainerSecret.fromSecretsManager(apiKeys, 'API_KEYS'),
      SOCKET_GATEWAY_SECRET: ContainerSecret.fromSecretsManager(gateway),
      ...(signing && { JWT_SECRET: ContainerSecret.fromSecretsManager(signing) }),
    },
    runner: shared,
    socketGateway: gateway.secretValue.unsafeUnwrap(),
  };
}
