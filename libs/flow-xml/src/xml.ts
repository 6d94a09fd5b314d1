import type { create } from 'xmlbuilder2';
import { invalid } from './flow.schema.ts';

export type XmlElement = ReturnType<typeof create>;

/** Names without a namespace prefix. */
const NAME = /^(?!xmlns$)[\p{L}_][\p{L}\p{N}._-]*$/u;

/** Attributes and text that are empty are left out. */
export function element(
  parent: XmlElement,
  name: string,
  attributes: Record<string, string> = {},
  text = '',
): XmlElement {
  const given = Object.entries(attributes).filter(([, value]) => value !== '');
  const created = parent.ele(name, attributesOf(Object.fromEntries(given)));
  if (text !== '') created.txt(literal(text));
  return created;
}

export const attributesOf = (attributes: Record<string, string>) =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, literal(value)]));

/** @throws AppError `argument.invalid` for what cannot name an element or attribute */
export function xmlName(name: string, role: string): string {
  if (!NAME.test(name)) throw invalid(`holds ${JSON.stringify(name)} as the ${role}, which XML cannot have`);
  return name;
}

/** The builder resolves entities in what it is given; what an author typed as `&lt;` shall stay those four letters. */
const literal = (text: string) => text.replaceAll('&', '&amp;');
