/** Nothing is deployed. The message is one sentence that says what is wrong and why it matters. */
export class DeploymentRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DeploymentRefused';
  }
}
