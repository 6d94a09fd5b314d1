import { styleText } from 'node:util';
import { isReasoning } from './ask.ts';
import type { Frame } from './frame.ts';

/** Numbers of a run that was tried again begin so far behind those of the first try. */
const NEW_ATTEMPT_GAP = 1_000;

/** Writes an answer as it comes in. Colours only where somebody looks. */
export class AnswerPrinter {
  private readonly output: NodeJS.WriteStream;
  private lineOpen = false;
  private lastIndex = 0;
  /** The answer so far. */
  text = '';

  constructor(output: NodeJS.WriteStream) {
    this.output = output;
  }

  show(frame: Frame): void {
    if (frame.type === 'tool_call') this.showToolCall(frame);
    if (!frame.chunk_delta) return;
    if (isReasoning(frame)) return this.write(this.dim(frame.chunk_delta));
    if (frame.index !== undefined) this.noticeAttempt(frame.index);
    this.text += frame.chunk_delta;
    this.write(frame.chunk_delta);
  }

  /** A line of its own that is not part of the answer. */
  note(line: string): void {
    this.endLine();
    this.output.write(`${this.dim(line)}\n`);
  }

  write(text: string): void {
    this.output.write(text);
    this.lineOpen = !text.endsWith('\n');
  }

  private showToolCall({ name = 'tool', state, arguments: args }: Frame): void {
    const call = args === undefined ? name : `${name} ${JSON.stringify(args)}`;
    if (state === 'started') this.note(`→ ${call}`);
    if (state === 'failed') this.note(`✗ ${call} failed`);
  }

  private noticeAttempt(index: number): void {
    if (this.text !== '' && index - this.lastIndex > NEW_ATTEMPT_GAP) {
      this.text = '';
      this.note('The runner was interrupted; the answer begins again:');
    }
    this.lastIndex = index;
  }

  private endLine(): void {
    if (this.lineOpen) this.output.write('\n');
    this.lineOpen = false;
  }

  private dim(text: string): string {
    return styleText('dim', text, { stream: this.output });
  }
}
