export { providerFailure } from './provider-failure.ts';
export type { StepSettings, StructuredOutput } from './step-settings.ts';
export { streamStep } from './stream-step.ts';
