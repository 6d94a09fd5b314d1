import { isDeepStrictEqual } from 'node:util';
import {
  type Attribute,
  element,
  type EntityDefinition,
  type JsonMap,
  storedName,
  wizard,
} from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import type { Values } from './values.ts';

/** One wizard as a client sends it along with its group. Paths say where in the input something is. */
export interface WizardInput {
  path: string;
  /** Of the wizard to change; undefined for a new one. */
  uuid: string | undefined;
  values: Values;
  elements: readonly ElementInput[];
}

export interface ElementInput {
  path: string;
  /** Of the element to use or change; undefined for a new one. */
  uuid: string | undefined;
  /** What to write into the element; undefined for one that is only referred to. */
  values: Values | undefined;
  /** What the wizard says about the element. */
  reference: Values;
}

/**
 * Reads the wizards of a group from JSON with keys in stored spelling. Keys nobody knows are left out.
 * @throws AppError `argument.required`, `argument.invalid` naming the path, as in `wizards[0].wizardTitle`
 */
export function wizardInputs(json: unknown): WizardInput[] {
  if (!Array.isArray(json)) throw invalid('wizards', 'must be a list');
  const wizards = json.map((entry: unknown, i) => wizardInput(entry, `wizards[${i}]`));
  assertDistinct(wizards, 'wizardUuid', 'wizard');
  for (const { elements } of wizards) assertDistinct(elements, 'elementUuid', 'element of this wizard');
  assertAgreeing(wizards.flatMap(({ elements }) => elements));
  return wizards;
}

function wizardInput(json: unknown, path: string): WizardInput {
  const entry = objectAt(json, path);
  const { wizardElements, ...values } = valuesOf(wizard, entry);
  assertGiven(wizard, values, path);
  if (wizardElements == null) throw missing(`${path}.wizardElements`);
  if (!Array.isArray(wizardElements)) throw invalid(`${path}.wizardElements`, 'must be a list');
  return {
    path,
    uuid: uuidAt(entry.wizard_uuid, `${path}.wizardUuid`),
    values,
    elements: wizardElements.map((item: unknown, i) => elementInput(item, `${path}.wizardElements[${i}]`)),
  };
}

function elementInput(json: unknown, path: string): ElementInput {
  const { element_uuid, element: content, required, placeholder } = objectAt(json, path);
  const row = content == null ? undefined : objectAt(content, `${path}.element`);
  // What a group shows names the element inside it: saved again, that is the same one.
  const uuid =
    uuidAt(element_uuid, `${path}.elementUuid`) ?? uuidAt(row?.element_uuid, `${path}.element.elementUuid`);
  if (row === undefined) {
    if (uuid === undefined) throw missing(`${path}.element`);
    return { path, uuid, values: undefined, reference: { required, placeholder } };
  }
  const values = valuesOf(element, row);
  if (uuid === undefined) assertGiven(element, values, `${path}.element`);
  return { path, uuid, values, reference: { required, placeholder } };
}

/** What the JSON says of attributes that callers may write; who writes them is said once for all. */
function valuesOf({ attributes }: EntityDefinition, json: JsonMap): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries<Attribute>(attributes)
      .filter(([name, { writable }]) => writable && name !== 'updatedBy')
      .map(([name]) => [name, json[storedName(name)]] as const)
      .filter(([, value]) => value !== undefined),
  );
}

function assertGiven({ attributes }: EntityDefinition, values: Values, path: string): void {
  for (const [name, { required, writable }] of Object.entries<Attribute>(attributes)) {
    if (required && writable && name !== 'updatedBy' && values[name] == null)
      throw missing(`${path}.${name}`);
  }
}

function assertDistinct(
  entries: readonly { path: string; uuid: string | undefined }[],
  key: string,
  what: string,
): void {
  const seen = new Map<string, string>();
  for (const { path, uuid } of entries) {
    if (uuid === undefined) continue;
    const first = seen.get(uuid);
    if (first) throw invalid(`${path}.${key}`, `names the same ${what} as ${first}`);
    seen.set(uuid, path);
  }
}

/** Wizards may share an element, but not ask for two different contents of it. */
function assertAgreeing(elements: readonly ElementInput[]): void {
  const seen = new Map<string, ElementInput>();
  for (const entry of elements) {
    if (entry.uuid === undefined || !entry.values) continue;
    const first = seen.get(entry.uuid);
    if (first && !isDeepStrictEqual(first.values, entry.values)) {
      throw invalid(`${entry.path}.element`, `is the same element as ${first.path}, with another content`);
    }
    seen.set(entry.uuid, entry);
  }
}

function objectAt(value: unknown, path: string): JsonMap {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(path, 'must be an object');
  }
  return value as JsonMap;
}

function uuidAt(value: unknown, path: string): string | undefined {
  if (value == null) return undefined;
  if (typeof value !== 'string' || value === '') throw invalid(path, 'must be a text that is not empty');
  return value;
}

const invalid = (path: string, problem: string) =>
  new AppError('argument.invalid', `${path} ${problem}.`, { details: { argument: path } });
const missing = (path: string) =>
  new AppError('argument.required', `${path} is required.`, { details: { argument: path } });
