import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Partition } from '@agent-engine/partition';
import { ScriptedServers } from './harness/scripted-servers.ts';
import { acme, globex, World } from './harness/world.ts';

/** What AWS keeps, by the name it is asked for. */
const STORED: Record<string, string> = {
  '/agent-engine/gpt/acme/openai': 'sk-parameter',
  'agent-engine/gpt/acme/keys': JSON.stringify({ openai: 'sk-secret', other: 'x' }),
  '/agent-engine/gpt/globex/openai': 'sk-globex',
};

describe('a setting that says where its secret is', () => {
  let world: World;
  let servers: ScriptedServers;
  let stores: Server;
  let log: () => string;
  const named: string[] = [];

  beforeAll(async () => {
    stores = createServer((request, response) => {
      void text(request).then((body) => {
        const { Name, SecretId } = JSON.parse(body) as { Name?: string; SecretId?: string };
        const name = Name ?? SecretId ?? '';
        named.push(name);
        const value = STORED[name];
        const answer =
          value === undefined
            ? { __type: Name === undefined ? 'ResourceNotFoundException' : 'ParameterNotFound' }
            : { Parameter: { Name, Value: value }, Name, SecretString: value };
        response.writeHead(value === undefined ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify(answer));
      });
    }).listen(0, '127.0.0.1');
    await once(stores, 'listening');
    const url = `http://127.0.0.1:${(stores.address() as AddressInfo).port}`;
    servers = await ScriptedServers.start(() => () => ({ text: 'Here.' }));
    world = await World.create();
    const runner = await world.startRunner({
      ...servers.env,
      AWS_ENDPOINT_URL_SSM: url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
      AGENT_SECRET_SHARED: 'sk-variable',
    });
    log = runner.log;
  });
  beforeEach(() => {
    servers.forget();
    named.length = 0;
  });
  afterAll(async () => {
    await world.stop();
    await servers.stop();
    stores.close();
  });

  const ask = async (partition: Partition, key: string, headers: Record<string, string> = {}) => {
    const agent = await world.createAgent(partition, {
      configuration: { openai_api_key: key },
      mcpServers: [{ label: 'own', url: `${servers.tools.endpoint}/own/mcp`, headers }],
    });
    return world.outcome(await world.ask(partition, agent, 'Well?'));
  };
  const keysShown = () => servers.model.requests.map(({ headers }) => headers.authorization);

  it.each([
    ['env:AGENT_SECRET_SHARED', 'sk-variable'],
    ['ssm:/agent-engine/gpt/acme/openai', 'sk-parameter'],
    ['secretsmanager:agent-engine/gpt/acme/keys#openai', 'sk-secret'],
  ])('has it when its run needs it: %s', async (reference, secret) => {
    for (let run = 0; run < 2; run++) expect(await ask(acme, reference)).toMatchObject({ result: 'Here.' });
    expect(keysShown()).toEqual([`Bearer ${secret}`, `Bearer ${secret}`]);
    expect(named.length).toBeLessThan(2);
    expect(log()).not.toContain(secret);
  });

  it.each([
    ['another tenant’s', 'ssm:/agent-engine/gpt/globex/openai'],
    ['none that is there', 'ssm:/agent-engine/gpt/acme/nothing'],
    ['none of its keys', 'secretsmanager:agent-engine/gpt/acme/keys#nothing'],
    ['a variable of the runner', 'env:AWS_SECRET_ACCESS_KEY'],
    ['a name that only begins like its own', 'secretsmanager:agent-engine/gpt/acmee'],
  ])('is refused for %s, and told no more', async (_, reference) => {
    const refused = {
      status: 'failed',
      notes:
        'argument.invalid: The agent cannot be run as it is configured: configuration.openai_api_key: refers to no secret that this partition may use.',
    };
    expect(await ask(acme, reference)).toMatchObject(refused);
    expect(named.filter((name) => !/^\/?agent-engine\/gpt\/acme\//.test(name))).toEqual([]);
    expect(keysShown()).toEqual([]);
  });

  it('is its own tenant’s, and may be a header of a tool server', async () => {
    await ask(globex, 'ssm:/agent-engine/gpt/globex/openai', { 'x-api-Key': 'env:AGENT_SECRET_SHARED' });
    expect(keysShown()).toEqual(['Bearer sk-globex']);
    expect(servers.tools.requests.map(({ headers }) => headers['x-api-key'])).toContain('sk-variable');
  });
});
