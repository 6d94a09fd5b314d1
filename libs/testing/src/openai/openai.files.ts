import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pageOf, queryOf } from '../provider/page.ts';
import { refuse } from '../provider/play.ts';
import { receivedForm } from '../provider/received-form.ts';
import { httpError } from './openai.errors.ts';

/** A file in the account of one API key; in a container when `containerId` is set. */
export interface StandInFile {
  id: string;
  /** Unix seconds. */
  createdAt: number;
  apiKey: string;
  filename: string;
  content: Buffer;
  purpose?: string;
  containerId?: string;
  /** Unix seconds; absent: never. */
  expiresAt?: number;
}

const PATH = /^(?:\/v1)?(?:\/containers\/([^/?]+))?\/files(?:\/([^/?]+)(\/content)?)?(?:\?.*)?$/;

export const isFilesPath = (path: string): boolean => PATH.test(path);

export const newFile = (file: Omit<StandInFile, 'id' | 'createdAt'>): StandInFile => ({
  ...file,
  id: `file-${randomBytes(12).toString('hex')}`,
  createdAt: Math.floor(Date.now() / 1000),
});

/** Files, and files of containers: upload, list, describe, download, delete. An account sees its own only. */
export async function respondToFiles(
  request: IncomingMessage,
  response: ServerResponse,
  { apiKey, files }: { apiKey: string; files: StandInFile[] },
): Promise<void> {
  const [, containerId, id, content] = PATH.exec(request.url ?? '') ?? [];
  const own = files.filter((file) => file.apiKey === apiKey && file.containerId === containerId);
  if (request.method === 'POST' && id === undefined && containerId === undefined) {
    const file = await received(request);
    if (!file) return problem(response, 400, "Missing required parameter: 'file'.");
    const stored = newFile({ ...file, apiKey });
    files.push(stored);
    return answer(response, described(stored));
  }
  if (id === undefined) {
    const purpose = queryOf(request.url, 'purpose');
    const wanted = own.filter((file) => purpose === null || file.purpose === purpose).toReversed();
    const { page, next } = pageOf(wanted, queryOf(request.url, 'after'), (file) => file.id);
    return answer(response, { object: 'list', data: page.map(described), has_more: next !== null });
  }
  const file = own.find((known) => known.id === id);
  if (!file) return problem(response, 404, `No such File object: ${id}`);
  if (request.method === 'DELETE') {
    files.splice(files.indexOf(file), 1);
    return answer(response, { id, object: 'file', deleted: true });
  }
  if (content === undefined) return answer(response, described(file));
  response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(file.content);
}

async function received(request: IncomingMessage) {
  const form = await receivedForm(request);
  const [file, purpose] = [form?.get('file'), form?.get('purpose')];
  const expiresAfter = Number(form?.get('expires_after[seconds]') ?? Infinity);
  if (!(file instanceof File) || typeof purpose !== 'string') return undefined;
  if (expiresAfter < 3_600) return undefined;
  const content = Buffer.from(await file.arrayBuffer());
  const expiresAt = Math.floor(Date.now() / 1_000) + expiresAfter;
  return { filename: file.name, purpose, content, ...(Number.isFinite(expiresAt) && { expiresAt }) };
}

function described(file: StandInFile) {
  const { id, createdAt, filename, content, purpose, containerId, expiresAt = null } = file;
  const common = { id, bytes: content.length, created_at: createdAt };
  if (containerId === undefined) {
    return { object: 'file', ...common, filename, purpose, status: 'processed', expires_at: expiresAt };
  }
  const path = `/mnt/data/${filename}`;
  return { object: 'container.file', ...common, container_id: containerId, path, source: 'assistant' };
}

export function answer(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export const problem = (response: ServerResponse, status: number, message: string): void =>
  refuse(response, httpError({ status, message }));
