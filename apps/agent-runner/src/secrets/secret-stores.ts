import { AWS_PATIENCE } from '@agent-engine/config';
import { AppError } from '@agent-engine/errors';

/** What AWS says of a name that is none, or not one of ours. */
const NOT_THERE = new Set([
  'ParameterNotFound',
  'ResourceNotFoundException',
  'AccessDeniedException',
  'ValidationException',
  'InvalidParameterException',
  'InvalidRequestException',
]);

/** Brings the SDK into memory with the first reference. @throws AppError `storage.unavailable` */
export function readParameter(region: string, name: string): Promise<string | undefined> {
  return orNothing(async () => {
    const { GetParameterCommand, SSMClient } = await import('@aws-sdk/client-ssm');
    const client = new SSMClient({ region, requestHandler: AWS_PATIENCE });
    try {
      const { Parameter } = await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
      return Parameter?.Value;
    } finally {
      client.destroy();
    }
  });
}

/** As {@link readParameter}. */
export function readSecret(region: string, name: string): Promise<string | undefined> {
  return orNothing(async () => {
    const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
    const client = new SecretsManagerClient({ region, requestHandler: AWS_PATIENCE });
    try {
      return (await client.send(new GetSecretValueCommand({ SecretId: name }))).SecretString;
    } finally {
      client.destroy();
    }
  });
}

async function orNothing(read: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof Error && NOT_THERE.has(cause.name)) return undefined;
    throw new AppError('storage.unavailable', 'The store of secrets does not answer.', { cause });
  }
}
