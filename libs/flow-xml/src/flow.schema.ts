import { AppError } from '@agent-engine/errors';
import { z } from 'zod';

/** Forms and ids hold what the author typed, which JSON may have as a number. */
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
/** Nothing, null and the empty text are all "not given". */
const optionalText = text.nullish().transform((value) => value ?? '');
const listOf = <T extends z.ZodType>(entry: T) =>
  z
    .array(entry)
    .nullish()
    .transform((entries) => entries ?? []);

const condition = z.object({ id: optionalText, condition: optionalText, nextStep: optionalText });

const detail = z.object({
  id: optionalText,
  type: optionalText,
  condition: optionalText,
  nextStep: optionalText,
  conditions: listOf(condition),
  children: listOf(z.unknown()),
  formData: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((form) => form ?? {}),
});

const step = z.object({
  id: text,
  formData: z.object({ name: text }),
  nextStep: optionalText,
  conditions: listOf(condition),
  details: listOf(detail),
});

const attrs = listOf(z.object({ attr: optionalText }));

export const messageForm = z.object({ type: optionalText, text: optionalText });
export const componentForm = z.looseObject({ name: optionalText, waitFor: optionalText });
export const actionForm = z.object({
  type: optionalText,
  attrs,
  transform: z
    .union([z.array(z.object({ type: optionalText, attrs })), z.object({ type: optionalText }), z.string()])
    .nullish(),
});

export type Condition = z.output<typeof condition>;
export type Detail = z.output<typeof detail>;
export type Step = z.output<typeof step>;

/** @throws AppError `argument.invalid` unless it is the JSON text of a flow; a new flow's `{}` has no steps */
export function parseFlow(flowContext: unknown): Step[] {
  const flow = typeof flowContext === 'string' ? parsed(flowContext) : undefined;
  const isNew = typeof flow === 'object' && flow !== null && Object.keys(flow).length === 0;
  if (isNew) return [];
  if (!Array.isArray(flow)) throw invalid('must be the JSON text of a list of steps');
  return checked(z.array(step), flow, '');
}

/** @param where the place of the value, for the message */
export function checked<S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = (issue?.path ?? []).map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  throw invalid(`${where}${path.join('')} is not as flows have it: ${issue?.message}`);
}

export const invalid = (problem: string, cause?: unknown) =>
  new AppError('argument.invalid', `flowContext${/^[.[]/.test(problem) ? '' : ' '}${problem}.`, {
    details: { argument: 'flowContext' },
    cause,
  });

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch (cause) {
    throw invalid('must be JSON text', cause);
  }
}
