import type { Element, Wizard } from '@agent-engine/entities';
import type { Loaders } from '@agent-engine/loaders';
import { jsonRow } from './shared-fields.ts';

export interface WizardElement {
  element: Omit<Element, 'updatedSubject'>;
  required: unknown;
  placeholder: unknown;
}

/** A wizard's elements in its order, each with what the wizard says about it; elements that are gone are left out. */
export async function wizardElementsOf(
  { wizardElements }: Wizard,
  loaders: Loaders,
): Promise<WizardElement[]> {
  const found = await Promise.all(
    wizardElements.map(async (reference) => {
      const { element_uuid: elementUuid, required, placeholder } = reference as Record<string, unknown>;
      const element =
        typeof elementUuid === 'string' ? await loaders.element.load({ elementUuid }) : undefined;
      return (
        element && {
          element: jsonRow(element),
          required: required ?? false,
          placeholder: placeholder ?? null,
        }
      );
    }),
  );
  return found.filter((entry) => entry !== undefined);
}
