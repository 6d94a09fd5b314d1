import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEgressGuard } from '../egress/guarded-fetch.ts';
import { fetchFile } from './fetch-file.ts';

let server: Server;
let url: string;
let answer: RequestListener;
beforeAll(async () => {
  server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const fetched = (allow = ['127.0.0.1']) =>
  fetchFile(createEgressGuard(allow), url, { maxBytes: 5 }).then((bytes) => Buffer.from(bytes).toString());

describe('fetchFile', () => {
  it('returns what the URL leads to', async () => {
    answer = (_, response) => response.end('hello');
    expect(await fetched()).toBe('hello');
  });

  it.each<[string, RequestListener, string]>([
    ['is announced as too large', (_, response) => response.end('hello!'), 'argument.tooLarge'],
    [
      'turns out to be too large',
      (_, response) => response.write('hello', () => response.write('!')),
      'argument.tooLarge',
    ],
    ['is missing', (_, response) => response.writeHead(404).end('x'), 'argument.invalid'],
    ['breaks off', (_, response) => response.destroy(), 'argument.invalid'],
    [
      'leads inside',
      (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      'egress.forbidden',
    ],
  ])('refuses a file that %s', async (_, given, code) => {
    answer = given;
    await expect(fetched()).rejects.toMatchObject({ code });
  });

  it('asks nobody inside', async () => {
    await expect(fetched([])).rejects.toMatchObject({ code: 'egress.forbidden' });
  });
});
