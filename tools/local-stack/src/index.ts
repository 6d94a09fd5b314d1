export { build } from './build.ts';
export { StackProblem } from './stack-problem.ts';
export { onStopRequest } from './stop-request.ts';
export { WORKSPACE } from './workspace.ts';
