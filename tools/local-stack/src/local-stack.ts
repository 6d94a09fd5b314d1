import { setTimeout as delay } from 'node:timers/promises';
import { processEnv, type LocalStackConfig } from '@agent-engine/config';
import { assertJava, freePort } from '@agent-engine/testing';
import { build } from './build.ts';
import { environment } from './environment.ts';
import { createInfrastructure } from './infrastructure.ts';
import { seedDemo } from './seed.ts';
import { Service } from './service.ts';
import { StackProblem } from './stack-problem.ts';
import { startStandIns, type StandIns } from './stand-ins.ts';

const READY_WITHIN_MS = 30_000;

/** The engine and all it needs, on this machine. */
export class LocalStack {
  private readonly config: LocalStackConfig;
  private readonly dataDir: string | undefined;
  private readonly stopping = new AbortController();
  private standIns: StandIns | undefined;
  private services: Service[] = [];

  /** @param dataDir keeps tables, queue and files; in memory when absent */
  constructor(config: LocalStackConfig, dataDir?: string) {
    this.config = config;
    this.dataDir = dataDir;
  }

  /** @returns the API's URL, once API and runner work. @throws StackProblem, JavaMissing */
  async start(): Promise<string> {
    await this.assertPossible();
    console.log('Building, and starting the stand-ins…');
    const [standIns] = await Promise.all([
      startStandIns(this.config, this.dataDir).then((started) => (this.standIns = started)),
      build(this.stopping.signal),
    ]);
    const { servers } = standIns;
    const infrastructure = await createInfrastructure(this.config, servers);
    await seedDemo(infrastructure, servers.mcp);
    infrastructure.database.destroy();

    const port = await freePort(this.config.port).catch(portTaken(this.config.port));
    const env = environment({ given: processEnv(), config: this.config, servers, infrastructure, port });
    this.services = [
      new Service({ name: 'api', program: 'apps/api/dist/main.js', env }),
      new Service({ name: 'agent-runner', program: 'apps/agent-runner/dist/main.js', env }),
    ];
    await Promise.all(this.services.map((service) => service.start()));
    const url = `http://127.0.0.1:${port}`;
    await untilReady(url);
    return url;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.services.map((service) => service.stop()));
    await this.standIns?.stop();
  }

  /** What will fail should fail before anybody waits for it. */
  private async assertPossible(): Promise<void> {
    if (!this.config.aws.dynamodb.endpoint) await assertJava();
    await freePort(this.config.port).catch(portTaken(this.config.port));
  }
}

const portTaken = (port: number) => (error: unknown) => {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
  throw new StackProblem(
    `Port ${port} is in use: stop what uses it, or choose another one, as in "PORT=0 npm start" for any free port.`,
  );
};

async function untilReady(url: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    const ready = await fetch(`${url}/health/ready`).then(
      async (response) => (await response.arrayBuffer(), response.ok),
      () => false,
    );
    if (ready) return;
    await delay(100);
  }
  throw new StackProblem('The API started and did not become ready; LOG_LEVEL=info shows more.');
}
