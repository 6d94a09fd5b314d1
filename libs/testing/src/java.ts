import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LEAST = 17;

/** DynamoDB Local cannot run here; the message is one sentence that says how to change that. */
export class JavaMissing extends Error {
  constructor(found?: string) {
    super(
      `DynamoDB Local needs Java ${LEAST} or newer and ${found ? `found Java ${found}` : 'found no java on the PATH'}: ` +
        'install it with "apt-get install openjdk-17-jre-headless" or from https://adoptium.net.',
    );
    this.name = 'JavaMissing';
  }
}

/** @throws JavaMissing */
export async function assertJava(): Promise<void> {
  const printed = await run('java', ['-version']).catch((cause: unknown) => {
    throw Object.assign(new JavaMissing(), { cause });
  });
  const version = /version "([^"]+)"/.exec(printed.stderr)?.[1];
  // Java 8 and older count as 1.8, which is too old either way.
  if (version === undefined || Number.parseInt(version, 10) < LEAST) throw new JavaMissing(version);
}
