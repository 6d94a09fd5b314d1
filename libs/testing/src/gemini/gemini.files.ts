import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer, json } from 'node:stream/consumers';
import { pageOf, queryOf } from '../provider/page.ts';
import { refuse } from '../provider/play.ts';
import { geminiError } from './gemini.errors.ts';

/** A file in the project of one API key. `made` by a model: only such can be downloaded. */
export interface GeminiFile {
  /** `files/<id>` */
  name: string;
  createTime: string;
  apiKey: string;
  displayName?: string;
  mimeType: string;
  content: Buffer;
  made: boolean;
}

const PATH = /^(\/upload)?\/v1beta\/files(?:\/([^/?:]+)(:download)?)?(?:\?(.*))?$/;

export const isFilesPath = (path: string): boolean => PATH.test(path);

export const newFile = (file: Omit<GeminiFile, 'name' | 'createTime'>): GeminiFile => ({
  ...file,
  name: `files/${randomBytes(6).toString('hex')}`,
  createTime: new Date().toISOString(),
});

type Answerer = (request: IncomingMessage, response: ServerResponse, apiKey: string) => Promise<void>;

/** `/v1beta/files` and the two steps of an upload. A key sees its own only. */
export function filesOf(files: GeminiFile[], endpoint: () => string): Answerer {
  const begun = new Map<string, Omit<GeminiFile, 'name' | 'createTime' | 'content'>>();
  const described = ({ name, createTime, displayName, mimeType, content, made }: GeminiFile) => ({
    name,
    displayName,
    mimeType,
    sizeBytes: String(content.length),
    createTime,
    updateTime: createTime,
    uri: `${endpoint()}/v1beta/${name}`,
    state: 'ACTIVE',
    source: made ? 'GENERATED' : 'UPLOADED',
    ...(made && { downloadUri: `${endpoint()}/v1beta/${name}:download?alt=media` }),
  });

  async function upload(request: IncomingMessage, response: ServerResponse, apiKey: string): Promise<void> {
    const { headers } = request;
    const ticket = new URL(request.url ?? '', endpoint()).searchParams.get('upload_id');
    if (ticket === null) {
      if (headers['x-goog-upload-protocol'] !== 'resumable') return problem(response, 400);
      const { file = {} } = (await json(request)) as { file?: { displayName?: string } };
      const mimeType = String(headers['x-goog-upload-header-content-type'] ?? '');
      const id = randomBytes(12).toString('hex');
      begun.set(id, { apiKey, mimeType, displayName: file.displayName, made: false });
      response.setHeader('x-goog-upload-url', `${endpoint()}/upload/v1beta/files?upload_id=${id}`);
      response.setHeader('x-goog-upload-status', 'active');
      return answer(response, {});
    }
    const announced = begun.get(ticket);
    if (!announced || headers['x-goog-upload-command'] !== 'upload, finalize') return problem(response, 400);
    begun.delete(ticket);
    const stored = newFile({ ...announced, content: await buffer(request) });
    files.push(stored);
    response.setHeader('x-goog-upload-status', 'final');
    answer(response, { file: described(stored) });
  }

  return async (request, response, apiKey) => {
    const [, uploads, id, download] = PATH.exec(request.url ?? '') ?? [];
    if (uploads !== undefined) return upload(request, response, apiKey);
    const own = files.filter((file) => file.apiKey === apiKey);
    if (id === undefined) {
      const { page, next } = pageOf(own.toReversed(), queryOf(request.url, 'pageToken'), ({ name }) => name);
      return answer(response, { files: page.map(described), ...(next !== null && { nextPageToken: next }) });
    }
    const file = own.find(({ name }) => name === `files/${id}`);
    // The provider does not say whether somebody else has it.
    if (!file)
      return problem(
        response,
        403,
        `You do not have permission to access the File ${id} or it may not exist.`,
      );
    if (request.method === 'DELETE') {
      files.splice(files.indexOf(file), 1);
      return answer(response, {});
    }
    if (download === undefined) return answer(response, described(file));
    if (!file.made) return problem(response, 400, 'Only generated files can be downloaded.');
    response.writeHead(200, { 'content-type': file.mimeType }).end(file.content);
  };
}

function answer(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body));
}

const problem = (response: ServerResponse, status: number, message?: string): void =>
  refuse(response, geminiError({ status, message }));
