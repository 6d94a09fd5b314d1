/** Why there is no answer, in a sentence for the person who asked. */
export class AskProblem extends Error {}
