export { describeSteps } from './faults.suite.ts';
export type { HandlerCase } from './handler-case.ts';
export { describeToolRounds } from './matrix.suite.ts';
