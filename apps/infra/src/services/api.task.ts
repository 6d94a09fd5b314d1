import type { Construct } from 'constructs';
import { nameOf } from '../deployment.ts';
import { createAppTask } from './app-task.ts';
import { sharedEnvironment } from './service-environment.ts';
import type { ServiceContext } from './service-context.ts';

export const API_PORT = 4000;

export function createApiTask(scope: Construct, context: ServiceContext) {
  const { deployment, data, files, images, sockets, secrets, logs } = context;
  const { issuer, corsOrigins } = deployment.config;
  return createAppTask(scope, 'ApiTask', {
    name: nameOf(deployment, 'api'),
    image: images.imageOf('api'),
    size: deployment.stage.api,
    logs,
    secrets,
    port: API_PORT,
    health: { port: API_PORT, path: '/health/live' },
    environment: {
      ...sharedEnvironment(deployment, {
        queueUrl: data.tasks.queue.queueUrl,
        bucket: files.bucketName,
      }),
      PORT: String(API_PORT),
      CORS_ORIGINS: corsOrigins.join(','),
      // Frames go to the one task that holds the socket: by its own address, which it finds out itself.
      PUSH_CALLBACK_URL: `http://{address}:${API_PORT}`,
      SOCKET_GATEWAY_URL: sockets.managementUrl,
      ...(issuer && {
        JWT_JWKS_URL: issuer.jwksUrl,
        JWT_ISSUER: issuer.issuer,
        JWT_AUDIENCE: issuer.audience,
      }),
    },
  });
}
