import type { element, wizard } from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import type { Partition } from '@agent-engine/partition';
import type { PlannedWrite } from './staged-transaction.ts';
import type { TransactionalRepository } from './transactional.repository.ts';
import type { Values } from './values.ts';
import type { ElementInput, WizardInput } from './wizard-input.ts';

/** The writes of a group's wizards and their elements. */
export interface WizardWrites {
  /** Elements before the wizards that refer to them. */
  planned: PlannedWrite[];
  wizardUuids: string[];
  /** Wizards that exist and that the group listed, but no longer does. */
  dropped: string[];
}

interface Context {
  wizards: TransactionalRepository<typeof wizard>;
  elements: TransactionalRepository<typeof element>;
  partition: Partition;
  /** Who writes. */
  audit: Values;
}

/**
 * @param listedBefore what the group lists so far
 * @throws AppError `entity.notFound` naming the path of the first unknown uuid; `argument.*`
 */
export async function planWizards(
  context: Context,
  inputs: readonly WizardInput[],
  listedBefore: readonly string[],
): Promise<WizardWrites> {
  const { wizards, partition, audit } = context;
  const named = uuidsOf(inputs);
  const stored = await wizards.stored(partition, [...named, ...listedBefore]);
  assertStored(inputs, stored, 'wizard');
  const elementWrites = await planElements(
    context,
    inputs.flatMap(({ elements }) => elements),
  );
  const wizardWrites: PlannedWrite[] = [];
  for (const { path, uuid, values, elements } of inputs) {
    const wizardElements = elements.map((input) => ({
      ...input.reference,
      element_uuid: input.uuid ?? elementWrites.get(input)?.uuid,
    }));
    const row = { ...values, wizardElements, ...audit };
    wizardWrites.push(await at(path, () => wizards.write(partition, stored.get(uuid ?? ''), row)));
  }
  return {
    planned: [...elementWrites.values(), ...wizardWrites],
    wizardUuids: wizardWrites.map(({ uuid }) => uuid),
    dropped: [...new Set(listedBefore)].filter((uuid) => !named.includes(uuid) && stored.has(uuid)),
  };
}

/** One write for each element with a content: new ones by their input, others by their uuid. */
async function planElements(
  { elements, partition, audit }: Context,
  inputs: readonly ElementInput[],
): Promise<Map<ElementInput | string, PlannedWrite>> {
  const stored = await elements.stored(partition, uuidsOf(inputs));
  assertStored(inputs, stored, 'element');
  const writes = new Map<ElementInput | string, PlannedWrite>();
  for (const input of inputs) {
    const { path, uuid, values } = input;
    if (!values || writes.has(uuid ?? input)) continue;
    const row = { ...values, ...audit };
    writes.set(
      uuid ?? input,
      await at(`${path}.element`, () => elements.write(partition, stored.get(uuid ?? ''), row)),
    );
  }
  return writes;
}

const uuidsOf = (inputs: readonly { uuid: string | undefined }[]) =>
  inputs.flatMap(({ uuid }) => (uuid === undefined ? [] : [uuid]));

function assertStored(
  inputs: readonly { path: string; uuid: string | undefined }[],
  stored: ReadonlyMap<string, unknown>,
  name: string,
): void {
  const unknown = inputs.find(({ uuid }) => uuid !== undefined && !stored.has(uuid));
  if (!unknown) return;
  const argument = `${unknown.path}.${name}Uuid`;
  throw new AppError('entity.notFound', `There is no such ${name}: ${argument}.`, { details: { argument } });
}

/** Errors about a value say where in the input it is. */
async function at<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!AppError.is(error, 'argument.')) throw error;
    const { argument } = error.details ?? {};
    throw new AppError(error.code, `${path}: ${error.message}`, {
      cause: error.cause,
      details: { ...error.details, argument: typeof argument === 'string' ? `${path}.${argument}` : path },
    });
  }
}
