/** Jest `globalTeardown` beside dynamodb.setup.js. */
export default async function teardown() {
  await globalThis.stopTestDynamoDb?.();
}
