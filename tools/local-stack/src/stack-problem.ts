/** Something only the person at the keyboard can change. The message is all they need to see. */
export class StackProblem extends Error {}
