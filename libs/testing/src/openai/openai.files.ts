import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { refuse as refuseWith } from '../provider/play.ts';
import type { HttpErrorScript } from '../provider/script.ts';
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
}

const refuse = (response: ServerResponse, error: HttpErrorScript) => refuseWith(response, httpError(error));

const PATH = /^(?:\/v1)?(?:\/containers\/([^/?]+))?\/files(?:\/([^/?]+)(\/content)?)?$/;

export const isFilesPath = (path: string): boolean => PATH.test(path);

export const newFile = (file: Omit<StandInFile, 'id' | 'createdAt'>): StandInFile => ({
  ...file,
  id: `file-${randomBytes(12).toString('hex')}`,
  createdAt: Math.floor(Date.now() / 1000),
});

/** `POST /files`, and files or files of containers by id, described or as they are. An account sees its own only. */
export async function respondToFiles(
  request: IncomingMessage,
  response: ServerResponse,
  files: StandInFile[],
): Promise<void> {
  const apiKey = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (apiKey === undefined)
    return refuse(response, { status: 401, message: "You didn't provide an API key." });
  const [, containerId, id, content] = PATH.exec(request.url ?? '') ?? [];
  if (request.method === 'POST' && id === undefined && containerId === undefined) {
    const file = await received(request);
    if (!file) return refuse(response, { status: 400, message: "Missing required parameter: 'file'." });
    const stored = newFile({ ...file, apiKey });
    files.push(stored);
    return describe(response, stored);
  }
  const file = files.find(
    (known) => known.id === id && known.containerId === containerId && known.apiKey === apiKey,
  );
  if (request.method !== 'GET' || !file) {
    return refuse(response, { status: 404, message: `No such File object: ${id}` });
  }
  if (content === undefined) return describe(response, file);
  response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(file.content);
}

async function received(request: IncomingMessage) {
  const form = await new Response(new Uint8Array(await buffer(request)), {
    headers: { 'content-type': request.headers['content-type'] ?? '' },
  })
    .formData()
    .catch(() => undefined);
  const [file, purpose] = [form?.get('file'), form?.get('purpose')];
  if (!(file instanceof File) || typeof purpose !== 'string') return undefined;
  return { filename: file.name, purpose, content: Buffer.from(await file.arrayBuffer()) };
}

function describe(
  response: ServerResponse,
  { id, createdAt, filename, content, purpose, containerId }: StandInFile,
) {
  const common = { id, bytes: content.length, created_at: createdAt };
  const body =
    containerId === undefined
      ? { object: 'file', ...common, filename, purpose, status: 'processed', expires_at: null }
      : {
          object: 'container.file',
          ...common,
          container_id: containerId,
          path: `/mnt/data/${filename}`,
          source: 'assistant',
        };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
