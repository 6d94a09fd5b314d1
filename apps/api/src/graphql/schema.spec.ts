import { readFileSync } from 'node:fs';
import { apiConfig } from '@agent-engine/config';
import { type Api, createApi } from '../create-api.ts';
import { schemaText } from './schema-text.ts';

describe('schema', () => {
  let api: Api;
  beforeAll(async () => {
    const nowhere = 'http://127.0.0.1:1';
    const variables = {
      PORT: '0',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'silent',
      DYNAMODB_ENDPOINT: nowhere,
      TASK_QUEUE_URL: nowhere,
    };
    api = await createApi(apiConfig(variables));
  });
  afterAll(() => api.close());

  it('is the committed one; after a wanted change run `npx nx run api:schema`', () => {
    const committed = readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8');
    expect(schemaText(api)).toBe(committed);
  });
});
