import { AppError } from '@agent-engine/errors';

declare const partitionKeyBrand: unique symbol;

/** `endpoint_id#part_id`. Only {@link Partition} makes one, and nothing takes one apart again. */
export type PartitionKey = string & { readonly [partitionKeyBrand]: true };

/** DynamoDB's limit for a hash key. */
const MAX_KEY_BYTES = 2048;

/** C0 and C1 control characters, line and paragraph separators. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/**
 * The tenant a piece of work belongs to. Immutable, so it can travel on a queue as its two components
 * and be assembled again where the message enters.
 */
export class Partition {
  readonly endpointId: string;
  readonly partId: string;
  readonly key: PartitionKey;

  private constructor(endpointId: string, partId: string) {
    this.endpointId = endpointId;
    this.partId = partId;
    this.key = `${endpointId}#${partId}` as PartitionKey;
    Object.freeze(this);
  }

  /**
   * @param partId absent for callers from before partitions existed: the endpoint's own partition.
   * @throws AppError `partition.invalid` naming the component and the rule it breaks
   */
  static of(endpointId: string, partId: string = endpointId): Partition {
    assertComponent('endpoint_id', endpointId);
    assertComponent('part_id', partId);
    const bytes = Buffer.byteLength(endpointId) + 1 + Buffer.byteLength(partId);
    if (bytes > MAX_KEY_BYTES) {
      throw invalid(
        'endpoint_id and part_id',
        `are ${bytes} bytes together; at most ${MAX_KEY_BYTES} fit into a key`,
      );
    }
    return new Partition(endpointId, partId);
  }
}

/** `#` would make `a#b|c` and `a|b#c` one tenant; the rest cannot be told apart by people or logs. */
function assertComponent(name: string, value: unknown): asserts value is string {
  if (typeof value !== 'string') throw invalid(name, 'must be a string');
  if (value === '') throw invalid(name, 'must not be empty');
  if (value !== value.trim()) throw invalid(name, 'must not begin or end with a blank');
  if (value.includes('#')) throw invalid(name, "must not contain '#'");
  if (CONTROL.test(value)) throw invalid(name, 'must not contain control characters');
  if (!value.isWellFormed()) throw invalid(name, 'must be well-formed Unicode');
}

function invalid(name: string, rule: string): AppError {
  return new AppError('partition.invalid', `${name} ${rule}.`);
}
