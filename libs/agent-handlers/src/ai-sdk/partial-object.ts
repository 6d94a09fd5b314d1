import { parsePartialJson } from 'ai';
import type { JsonValue } from '../json.ts';

/** Each attempt reads the text from its start; these keep the sum of all attempts linear in the answer's length. */
const MIN_GROWTH = 16;
const GROWTH = 1.1;

/** A JSON answer as it grows. */
export class PartialObject {
  private text = '';
  private triedAt = 0;
  private last: string | undefined;

  /** What can be told of the object after this piece of text; undefined when it is nothing new. */
  async append(delta: string): Promise<JsonValue | undefined> {
    this.text += delta;
    if (this.text.length < Math.max(this.triedAt + MIN_GROWTH, this.triedAt * GROWTH)) return undefined;
    return this.parse();
  }

  /** The whole object, when the answer is one and the last `append` did not tell it already. */
  async end(): Promise<JsonValue | undefined> {
    return this.text.length > this.triedAt ? this.parse() : undefined;
  }

  private async parse(): Promise<JsonValue | undefined> {
    this.triedAt = this.text.length;
    const { value } = await parsePartialJson(this.text);
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined || text === this.last) return undefined;
    this.last = text;
    return JSON.parse(text) as JsonValue;
  }
}
