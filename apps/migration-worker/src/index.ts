export { type Output, runCli } from './cli.ts';
