import { configurationKeys } from './configuration-keys.ts';

describe('configurationKeys', () => {
  it('reads both spellings, prefers snake_case and leaves inner keys alone', () => {
    expect(
      configurationKeys.parse({
        baseUrl: 'old',
        base_url: 'new',
        openaiApiKey: 'k',
        text: { format: { schema: { orderId: {} } } },
      }),
    ).toEqual({ base_url: 'new', openai_api_key: 'k', text: { format: { schema: { orderId: {} } } } });
  });

  it.each([null, undefined, 'text', []])('takes %p as no settings', (value) => {
    expect(configurationKeys.parse(value)).toEqual({});
  });
});
