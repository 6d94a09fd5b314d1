import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished, npm, Stack } from './stack.fixture.ts';

describe('npm start', () => {
  it('says in one sentence that Java is missing and how to get it', async () => {
    const bin = mkdtempSync(join(tmpdir(), 'without-java-'));
    for (const program of ['sh', 'node', 'npm']) {
      const path = execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
      symlinkSync(path, join(bin, program));
    }
    const { code, output } = await finished(npm(['start', '--silent'], { PATH: bin, PORT: '0' }));
    rmSync(bin, { recursive: true });
    expect(code).toBe(1);
    expect(output).toMatch(/^DynamoDB Local needs Java 17.*install it with.*$/m);
    expect(output).not.toMatch(/^\s+at /m);
  });

  it('says in one sentence that the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { code, output } = await finished(npm(['start', '--silent'], { PORT: String(port) }));
    taken.close();
    expect(code).toBe(1);
    expect(output).toMatch(new RegExp(`^Port ${port} is in use: .*PORT=0 npm start`, 'm'));
    expect(output).not.toMatch(/^\s+at /m);
  });

  it('takes everything along when it is killed itself', async () => {
    const stack = await Stack.start();
    const itself = stack.find('tools/local-stack/src/main.ts');
    process.kill(itself?.pid ?? 0, 'SIGKILL');
    await stack.ended();
  });
});

describe('npm run ask', () => {
  it('says what to start when nothing runs', async () => {
    const asking = npm(['run', '--silent', 'ask', '--', '--url', 'http://127.0.0.1:9', 'Hello?']);
    const { code, output } = await finished(asking);
    expect(code).toBe(1);
    expect(output).toMatch(/npm start/);
    expect(output).not.toMatch(/^\s+at /m);
  });
});
