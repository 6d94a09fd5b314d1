import type { AttributeValue } from '@aws-sdk/client-dynamodb-streams';
import type { Item } from '@agent-engine/migration-core';

/**
 * An image of a stream record as the table has it. DynamoDB Local's streams show an empty map, such as a new agent's
 * configuration, as a value without a type; nothing else looks so, and no table takes it back.
 */
export function streamImage(image: Record<string, AttributeValue>): Item {
  for (const [name, value] of Object.entries(image)) image[name] = whole(value);
  return image;
}

/** In place: images are this process's own, and most have nothing to mend. */
function whole(value: AttributeValue): AttributeValue {
  if (value.M) streamImage(value.M);
  else if (value.L) value.L.forEach((member, i, list) => (list[i] = whole(member)));
  else if (Object.keys(value).length === 0) return { M: {} };
  return value;
}
