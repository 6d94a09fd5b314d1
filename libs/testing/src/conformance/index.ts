export { describeSteps } from './faults.suite.ts';
export type { HandlerCase } from './handler-case.ts';
export { describeSettings } from './settings.suite.ts';
export { describeToolRounds } from './matrix.suite.ts';
