export { startRunner, type Runner } from './create-runner.ts';
