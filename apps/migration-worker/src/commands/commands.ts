import type { AddCommand } from './command.ts';
import { addPlan } from './plan.command.ts';
import { addCutover, addRollback } from './switch.command.ts';
import { addRun } from './run.cli.ts';
import { addStatus } from './status.command.ts';
import { addVerify } from './verify.command.ts';

/** Every command there is; each adds itself. */
export const commands: readonly AddCommand[] = [
  addPlan,
  addRun,
  addStatus,
  addVerify,
  addCutover,
  addRollback,
];
