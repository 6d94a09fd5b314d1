import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { exampleVariables } from '../../spec/synthesized.ts';
import { prod } from './prod.stage.ts';
import { assertSound } from './stages.ts';

const APP = fileURLToPath(new URL('../..', import.meta.url));

/** As the CDK's command runs the app. */
function synth(args: string[], variables: Record<string, string | undefined>) {
  return new Promise<{ code: unknown; output: string }>((resolve) => {
    const program = ['--conditions=@agent-engine/source', 'src/main.ts', ...args];
    execFile(process.execPath, program, { cwd: APP, env: variables }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, output: stdout + stderr }),
    );
  });
}

describe('synth', () => {
  it('says in one sentence that there is no such stage, and which there are', async () => {
    expect(await synth(['qa'], exampleVariables())).toEqual({
      code: 1,
      output: 'There is no stage "qa": the stages are dev, staging, prod.\n',
    });
  });

  it('names each variable that is missing or wrong, and never shows a value', async () => {
    const { code, output } = await synth(['prod'], {
      ...exampleVariables(),
      API_DOMAIN: undefined,
      JWT_AUDIENCE: '',
      IMAGE_TAG: 'latest',
      AWS_ACCOUNT_ID: 'my-account',
    });
    expect(code).toBe(1);
    expect(output.split('\n').map((line) => line.trim())).toEqual([
      'Configuration is not valid:',
      'AWS_ACCOUNT_ID: must be the 12 digits of an AWS account',
      'IMAGE_TAG: must name one build: "latest" is another one tomorrow',
      expect.stringMatching(/^API_DOMAIN: /),
      expect.stringMatching(/^JWT_AUDIENCE: /),
      '',
    ]);
  });
});

it('refuses a stage whose old and new tables would share names, or that moves what is not there', () => {
  const { tables } = prod;
  expect(() => assertSound({ ...prod, tables: { ...tables, tenantTableSuffix: '' } })).toThrow(
    /^Stage prod has legacy tables and no tenantTableSuffix: .*\.$/,
  );
  expect(() => assertSound({ ...prod, tables: { ...tables, legacy: false } })).toThrow(
    /^Stage prod has a migration but no legacy tables to move data from\.$/,
  );
});
