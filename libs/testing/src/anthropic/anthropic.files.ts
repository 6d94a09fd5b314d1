import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pageOf, queryOf } from '../provider/page.ts';
import { receivedForm } from '../provider/received-form.ts';
import { refuse } from '../provider/play.ts';
import { anthropicError } from './anthropic.errors.ts';

/** A file in the workspace of one API key. Only what a run has made can be downloaded. */
export interface AnthropicFile {
  id: string;
  createdAt: string;
  apiKey: string;
  filename: string;
  mediaType: string;
  content: Buffer;
  downloadable: boolean;
  /** Milliseconds since 1970; absent: never. */
  expiresAt?: number;
}

const PATH = /^\/v1\/files(?:\/([^/?]+)(\/content)?)?(?:\?.*)?$/;

export const isFilesPath = (path: string): boolean => PATH.test(path);

export const newFile = (file: Omit<AnthropicFile, 'id' | 'createdAt'>): AnthropicFile => ({
  ...file,
  id: `file_${randomBytes(12).toString('hex')}`,
  createdAt: new Date().toISOString(),
});

/** `/v1/files`: upload, list, describe, download, delete. A key sees its own only. */
export async function respondToFiles(
  request: IncomingMessage,
  response: ServerResponse,
  { apiKey, files }: { apiKey: string; files: AnthropicFile[] },
): Promise<void> {
  const [, id, content] = PATH.exec(request.url ?? '') ?? [];
  const own = files.filter((file) => file.apiKey === apiKey);
  if (id === undefined) {
    if (request.method !== 'POST') {
      const { page, next } = pageOf(own.toReversed(), queryOf(request.url, 'page'), ({ id }) => id);
      return answer(response, { data: page.map(described), next_page: next });
    }
    const form = await receivedForm(request);
    const file = form?.get('file');
    const expiresIn = Number(form?.get('expires_in_seconds') ?? Infinity);
    if (!(file instanceof File) || expiresIn < 3_600) return problem(response, 400, 'file: Field required');
    const { name: filename, type: mediaType } = file;
    const stored = newFile({
      apiKey,
      filename,
      mediaType,
      content: Buffer.from(await file.arrayBuffer()),
      downloadable: false,
      ...(Number.isFinite(expiresIn) && { expiresAt: Date.now() + expiresIn * 1_000 }),
    });
    files.push(stored);
    return answer(response, described(stored));
  }
  const file = own.find((known) => known.id === id);
  if (!file) return problem(response, 404, `File not found: ${id}`);
  if (request.method === 'DELETE') {
    files.splice(files.indexOf(file), 1);
    return answer(response, { id, type: 'file_deleted' });
  }
  if (content === undefined) return answer(response, described(file));
  if (!file.downloadable) return problem(response, 400, `File ${id} is not downloadable.`);
  response.writeHead(200, { 'content-type': file.mediaType }).end(file.content);
}

const described = ({ id, createdAt, filename, mediaType, content, downloadable }: AnthropicFile) => ({
  id,
  type: 'file',
  filename,
  mime_type: mediaType,
  size_bytes: content.length,
  created_at: createdAt,
  downloadable,
});

export function answer(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export const problem = (response: ServerResponse, status: number, message: string): void =>
  refuse(response, anthropicError({ status, message }));
