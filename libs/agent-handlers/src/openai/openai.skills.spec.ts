import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createEgressGuard } from '../egress/guarded-fetch.ts';
import { openAiConfiguration } from './openai.configuration.ts';
import { OpenAiSkills } from './openai.skills.ts';

/** The provider's end of the wire: what it was asked, and what it answers next. */
let server: Server;
let skills: OpenAiSkills;
let answers: object[] = [];
const asked: { request: string; authorization?: string; body: string }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method, url, headers } = request;
      asked.push({ request: `${method} ${url}`, authorization: headers.authorization, body });
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answers.shift()));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  skills = new OpenAiSkills({ openai: { baseUrl }, egress: createEgressGuard([]) });
});
afterAll(() => void server.close());

const own = openAiConfiguration.parse({ api_key: 'own-key' });
const files = [{ path: 'sums/SKILL.md', content: new Uint8Array(Buffer.from('Sum it up.')) }];
const list = (...ids: string[]) => ({ object: 'list', data: ids.map((id) => ({ id })), has_more: false });

it('are made, listed, versioned and deleted in the agent’s account', async () => {
  answers = [
    { id: 'skill_1', name: 'sums' },
    list('skill_1'),
    { id: 'skill_1' },
    { id: 'v_2' },
    list('v_2', 'v_1'),
    { id: 'v_1', deleted: true },
    { id: 'skill_1', deleted: true },
  ];
  expect(await skills.create(own, { files })).toEqual({
    id: 'skill_1',
    detail: { id: 'skill_1', name: 'sums' },
  });
  expect((await skills.list(own)).map(({ id }) => id)).toEqual(['skill_1']);
  expect((await skills.get(own, 'skill_1')).id).toBe('skill_1');
  expect((await skills.addVersion(own, 'skill_1', files)).id).toBe('v_2');
  expect((await skills.versions(own, 'skill_1')).map(({ id }) => id)).toEqual(['v_2', 'v_1']);
  await skills.deleteVersion(own, 'skill_1', '1');
  await skills.delete(own, 'skill_1');
  expect(asked.map(({ request }) => request.replace(/\?.*/, ''))).toEqual([
    'POST /v1/skills',
    'GET /v1/skills',
    'GET /v1/skills/skill_1',
    'POST /v1/skills/skill_1/versions',
    'GET /v1/skills/skill_1/versions',
    'DELETE /v1/skills/skill_1/versions/1',
    'DELETE /v1/skills/skill_1',
  ]);
  expect(new Set(asked.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer own-key']));
  expect(asked[0]?.body).toContain('SKILL.md');
  expect(asked[0]?.body).toContain('Sum it up.');
  expect(skills.isShared(own)).toBe(false);
  expect(skills.isShared(openAiConfiguration.parse({}))).toBe(true);
});
