/**
 * What a run has asked for and what came of it, kept where another runner finds it when this one dies. A run asks here
 * first: what is finished is not asked for again.
 */
export interface RunJournal {
  /** What was finished at this place of the run before this attempt began. JSON, as it was given to `finish`. */
  finished(name: string): unknown;
  /** To be awaited before anything with effects happens. @throws AppError when this attempt is not to go on */
  requested(name: string): Promise<void>;
  /** To be awaited before the run goes on. @param outcome JSON all through @throws AppError as above */
  finish(name: string, outcome: object): Promise<void>;
}

/** Of runs that end with their process. */
export const NO_JOURNAL: RunJournal = Object.freeze({
  finished: () => undefined,
  requested: () => Promise.resolve(),
  finish: () => Promise.resolve(),
});

const number = (value: number) => String(value).padStart(3, '0');

/** Places in a run. */
export const stepName = (step: number) => `step-${number(step)}`;
export const callName = ({ step, index }: { step: number; index: number }) =>
  `${stepName(step)}.call-${number(index)}`;
