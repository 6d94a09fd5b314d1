import 'reflect-metadata';
import { apiConfig } from '@agent-engine/config';
import { createApi } from './create-api.ts';
import { schemaText } from './graphql/schema-text.ts';

// Nothing is asked of a database or queue to know the schema: addresses that nobody listens on do.
const nowhere = 'http://127.0.0.1:1';
const api = await createApi(
  apiConfig({
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'silent',
    DYNAMODB_ENDPOINT: nowhere,
    TASK_QUEUE_URL: nowhere,
  }),
);
process.stdout.write(schemaText(api));
await api.close();
process.exit(0);
