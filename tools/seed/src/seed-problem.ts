/** What is wrong with a seed file, each problem with file, line and field. The message is all a person needs. */
export class SeedProblem extends Error {
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'SeedProblem';
  }
}
