import type { Frame, LegacyFrame } from './frame.ts';

/** The frame as clients of the first version know it; undefined for what they do not know. */
export function legacyFrame({ seq: _, ...frame }: Frame): LegacyFrame | undefined {
  switch (frame.type) {
    case 'text':
    case 'reasoning': {
      const { type: _, ...legacy } = frame;
      return legacy;
    }
    case 'tool_call':
    case 'error':
      return frame;
    case 'run.finished':
      // A run that came to nothing has told its error.
      return frame.status === 'completed'
        ? { type: 'result', result: frame.result, status: 'completed' }
        : undefined;
    case 'run.started':
    case 'run.resumed':
    case 'object':
      return undefined;
  }
}
