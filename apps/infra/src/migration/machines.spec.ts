import type { Template } from 'aws-cdk-lib/assertions';
import { synthesizeAll } from '../../spec/synthesized.ts';

interface State {
  Type: string;
  Next?: string;
  Branches?: Machine[];
  Resource?: string;
  Parameters?: { Overrides?: { ContainerOverrides: { Command: string[] }[] } };
  Choices?: { Next: string }[];
  Default?: string;
  Catch?: { Next: string }[];
}
interface Machine {
  StartAt: string;
  States: Record<string, State>;
}

let migration: Template;
beforeAll(() => (migration = synthesizeAll(['prod'])('prod', 'migration')), 120_000);

function machine(name: string): Machine {
  const found = Object.values(migration.findResources('AWS::StepFunctions::StateMachine')).find(
    ({ Properties }) => Properties.StateMachineName === `agent-engine-prod-${name}`,
  );
  const parts = found?.Properties.DefinitionString['Fn::Join'][1] as unknown[];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'ref')).join('')) as Machine;
}

/** The states one after the other, as long as all goes well. */
function way({ StartAt, States }: Machine): string[] {
  const names: string[] = [];
  for (let name: string | undefined = StartAt; name; name = States[name]?.Next) names.push(name);
  return names;
}

const commandOf = (state: State | undefined) =>
  state?.Parameters?.Overrides?.ContainerOverrides[0]?.Command.join(' ');
const isApproval = (state: State | undefined) => state?.Resource?.endsWith('sns:publish.waitForTaskToken');

describe('the migration', () => {
  it('plans, checks, copies, verifies, cuts over, soaks and completes, with a person before each step that counts', () => {
    const whole = machine('migration');
    expect(way(whole)).toEqual(['Plan', 'Preflight', 'Approve the copy', 'Move', 'Done']);
    const [decisions] = whole.States.Move?.Branches ?? [];
    const moving = way(decisions as Machine);
    expect(moving).toEqual([
      'Copy until caught up',
      'Verify',
      'Approve the cutover',
      'Cutover',
      'Soak',
      'Verify after the soak',
      'Approve the end',
      'Complete',
    ]);
    const all = { ...whole.States, ...decisions?.States };
    expect(Object.keys(all).filter((name) => isApproval(all[name]))).toEqual([
      'Approve the copy',
      'Approve the cutover',
      'Approve the end',
    ]);
    expect(['Plan', 'Preflight', ...moving].map((name) => commandOf(all[name])).filter(Boolean)).toEqual([
      'plan --json',
      'preflight --json',
      'run --until caught-up',
      'verify --json',
      'cutover',
      'verify --json',
      'complete --yes',
    ]);
  });

  it('keeps its workers running beside the decisions, and starts those again that die', () => {
    const [, ...workers] = machine('migration').States.Move?.Branches ?? [];
    expect(workers).toHaveLength(4);
    for (const { StartAt, States } of workers) {
      expect(commandOf(States[StartAt])).toBe('run --metrics-port 9464');
      const choice = States[`${StartAt}: by exit code`];
      expect(States[choice?.Default ?? '']).toMatchObject({ Type: 'Wait', Next: StartAt });
    }
  });

  it('asks again after a cutover that was aborted, and ends on every other exit code', () => {
    const [decisions] = machine('migration').States.Move?.Branches ?? [];
    const { States } = decisions as Machine;
    const aborted = States['Cutover: by exit code']?.Choices?.[0]?.Next ?? '';
    expect(States[aborted]?.Next).toBe('Approve the cutover');
    for (const [name, { Type, Default }] of Object.entries(States)) {
      if (Type === 'Choice') expect([name, Default]).toEqual([name, expect.any(String)]);
    }
    expect(States['Move: DifferencesFound']?.Type).toBe('Fail');
  });
});

it('the rollback is an execution of its own, and loses writes only when told so', () => {
  const { States } = machine('migration-rollback');
  expect(commandOf(States['Roll back'])).toBe('rollback');
  expect(commandOf(States['Roll back and accept loss'])).toBe('rollback --accept-loss');
  const choice = States['May writes be lost?'];
  expect(choice?.Default).toBe('Roll back');
});
