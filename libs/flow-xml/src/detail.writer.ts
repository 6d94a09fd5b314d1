import {
  actionForm,
  checked,
  componentForm,
  type Condition,
  type Detail,
  messageForm,
} from './flow.schema.ts';
import { attributesOf, element, type XmlElement, xmlName } from './xml.ts';

type Form = Detail['formData'];

const writers: Record<string, (parent: XmlElement, detail: Detail, where: string) => void> = {
  message: writeMessage,
  prompt: writeMessage,
  ui: writeComponent,
  action: writeAction,
  branch: (parent, detail) => writeBranch(parent, detail),
};

/** Types that nobody knows are left out. */
export function writeDetail(parent: XmlElement, detail: Detail): void {
  if (Object.hasOwn(writers, detail.type))
    writers[detail.type]?.(parent, detail, ` (${detail.type} ${detail.id})`);
}

export function writeBranch(
  parent: XmlElement,
  { condition, nextStep }: Pick<Condition, 'condition' | 'nextStep'>,
): XmlElement {
  return element(parent, 'Branch', { condition, next_step: nextStep });
}

function writeMessage(parent: XmlElement, { formData }: Detail, where: string): void {
  const { type, text } = checked(messageForm, formData, where);
  if (type === 'text') element(parent, 'Text', {}, text);
  if (type === 'prompt') element(parent, 'Prompt', {}, text);
}

function writeComponent(parent: XmlElement, { formData }: Detail, where: string): void {
  const { name, waitFor } = checked(componentForm, formData, where);
  const component = element(parent, 'UIComponent');
  if (name === '') return;
  component.ele(xmlName(name, 'name of a UI component'), attributesOf(ownAttributes(formData)));
  if (waitFor !== '') element(component, 'WaitFor', {}, waitFor);
}

/** The form's other keys are the component's own properties. */
function ownAttributes(form: Form): Record<string, string> {
  return Object.fromEntries(
    Object.entries(form)
      .filter(([key, value]) => !['name', 'text', 'waitFor'].includes(key) && value != null)
      .map(([key, value]) => [
        xmlName(key, 'property of a UI component'),
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
  );
}

function writeAction(parent: XmlElement, { formData, children }: Detail, where: string): void {
  const form = checked(actionForm, formData, where);
  const transforms = children.length > 0 ? [] : transformsOf(form);
  const isComposite = children.length > 0 || transforms.length > 0;
  const action = element(
    parent,
    'Action',
    { type: 'call_function', ...(isComposite && { value: form.type }) },
    isComposite ? '' : form.type,
  );
  for (const transform of transforms) writeTransform(action, transform);
  // The profile is fetched by an id that the client has yet to send.
  if (form.type === 'get_contact_profile') element(parent, 'WaitFor', {}, 'contact_uuid');
}

interface Transform {
  type: string;
  attrs: { attr: string }[];
}

/** A list of transforms brings its own attributes; a single one uses the action's, and is none without them. */
function transformsOf({ transform, attrs }: ReturnType<typeof actionForm.parse>): Transform[] {
  if (Array.isArray(transform)) return transform;
  const isSingle = typeof transform === 'object' && transform !== null;
  return isSingle && attrs.length > 0 ? [{ type: transform.type, attrs }] : [];
}

function writeTransform(parent: XmlElement, { type, attrs }: Transform): void {
  const isWhole = type === 'summarize' || type === 'full_content';
  const transform = element(
    parent,
    'Transform',
    { type, ...(type === 'structure_input' && { value: 'data_collect_dataset' }) },
    isWhole ? (attrs[0]?.attr ?? '') : '',
  );
  if (isWhole) return;
  for (const { attr } of attrs) element(transform, 'Attribute', {}, attr);
}
