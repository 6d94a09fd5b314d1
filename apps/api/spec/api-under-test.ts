import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiConfig, apiConfig, type Env } from '@agent-engine/config';
import jwt from 'jsonwebtoken';
import { type Api, type ApiOverrides, createApi } from '../src/create-api.ts';
import { ProbeModule } from './probe.module.ts';

export const JWT_SECRET = 'a secret of the specs';
export const PUSH_SECRET = 'a push secret of the specs';

export const API_KEYS = [
  { name: 'one part', key: 'key-of-acme', endpoint_id: 'gpt', part_ids: ['acme'] },
  { name: 'two parts', key: 'key-of-both', endpoint_id: 'gpt', part_ids: ['acme', 'globex'] },
  { name: 'all parts', key: 'key-of-all', endpoint_id: 'gpt', part_ids: '*', role: 'admin' },
];

/** The real API with a probing schema, on a free port of loopback. */
export async function startApi(env: Env = {}, overrides: ApiOverrides = {}): Promise<Api & { url: string }> {
  const api = await createApi(specConfig(env), { features: [ProbeModule], ...overrides });
  return { ...api, url: `http://127.0.0.1:${api.port}` };
}

function specConfig(env: Env): ApiConfig {
  return apiConfig({
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'silent',
    JWT_SECRET,
    PUSH_SECRET,
    API_KEYS_FILE: jsonFile(API_KEYS),
    ...env,
  });
}

/** A file that holds `content` as JSON. */
export function jsonFile(content: unknown): string {
  const file = join(mkdtempSync(join(tmpdir(), 'api-spec-')), 'content.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

export function token(claims: object, options: jwt.SignOptions = { expiresIn: 60 }): string {
  return jwt.sign(claims, JWT_SECRET, options);
}

export const acmeToken = () => token({ sub: 'ann', endpoint_id: 'gpt', part_id: 'acme' });

export interface Answer {
  status: number;
  headers: Headers;
  data?: Record<string, unknown>;
  code?: string;
  text: string;
}

export interface Post {
  path?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

const PATH = '/gpt/ai_agent_core_graphql';
const WHERE = { query: '{ partitions(delays: []) }' };

/** Posts as JSON unless the body is text or bytes already; reads `data` and the first error's code. */
export async function post(url: string, { path = PATH, headers, body = WHERE }: Post = {}): Promise<Answer> {
  const ready = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: ready ? (body as string) : JSON.stringify(body),
  });
  const text = await response.text();
  const parsed = JSON.parse(text) as {
    data?: Record<string, unknown>;
    errors?: { extensions: { code: string } }[];
  };
  return {
    status: response.status,
    headers: response.headers,
    data: parsed.data,
    code: parsed.errors?.[0]?.extensions.code,
    text,
  };
}
