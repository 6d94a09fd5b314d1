import type { AddCommand } from './command.ts';
import { addComplete } from './complete.command.ts';
import { addAbort, addPause, addResume, addResync, addThrottle } from './control.commands.ts';
import { addPlan } from './plan.command.ts';
import { addPreflight } from './preflight.command.ts';
import { addQuarantine } from './quarantine.command.ts';
import { addRun } from './run.cli.ts';
import { addStatus } from './status.command.ts';
import { addCutover, addRollback } from './switch.command.ts';
import { addVerify } from './verify.command.ts';

/** Every command there is; each adds itself. */
export const commands: readonly AddCommand[] = [
  addPlan,
  addPreflight,
  addRun,
  addStatus,
  addVerify,
  addCutover,
  addRollback,
  addComplete,
  addPause,
  addResume,
  addThrottle,
  addResync,
  addAbort,
  addQuarantine,
];
