/** The demo did not show what it is there to show. */
export class DemoProblem extends Error {}
