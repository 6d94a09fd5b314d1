interface Schema {
  type?: unknown;
  enum?: unknown;
  default?: unknown;
  minimum?: unknown;
  items?: unknown;
  properties?: unknown;
  required?: unknown;
}

/** Arguments that fit the tool's JSON schema, taken from the question where it says something fitting. */
export function argumentsFor(schema: unknown, question: string): Record<string, unknown> {
  const { properties, required } = asSchema(schema);
  if (typeof properties !== 'object' || properties === null) return {};
  const needed = new Set(Array.isArray(required) ? required : []);
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => needed.has(name) || (isReference(name) && referenceIn(question) !== undefined))
      .map(([name, inner]) => [name, valueFor(name, asSchema(inner), question)]),
  );
}

function valueFor(name: string, schema: Schema, question: string): unknown {
  if (Array.isArray(schema.enum)) {
    const options: unknown[] = schema.enum;
    return (
      options.find((option) => question.toLowerCase().includes(String(option).toLowerCase())) ?? options[0]
    );
  }
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'integer':
    case 'number': {
      const said = /\d+/.exec(question)?.[0];
      return said === undefined ? (schema.default ?? schema.minimum ?? 1) : Number(said);
    }
    case 'boolean':
      return schema.default ?? true;
    case 'array':
      return [valueFor(name, asSchema(schema.items), question)];
    case 'object':
      return argumentsFor(schema, question);
    default:
      return (isReference(name) ? (referenceIn(question) ?? schema.default) : undefined) ?? topic(question);
  }
}

/** `order_id`, `ticketNumber`, `trackingCode`: a name for something that carries digits. */
const isReference = (name: string) => /id$|number|code|reference|^order|^ticket|tracking/i.test(name);

/** `A-1001`, `#77`, `INV2044` */
const referenceIn = (question: string) => /[A-Za-z]*[-#]?\d[\w-]*/.exec(question)?.[0]?.replace(/^#/, '');

/** "… in New York?" is about New York, anything else about itself. */
const topic = (question: string) =>
  /\b(?:in|for|of|about) ((?:\p{Lu}[\p{L}-]+ ?)+)/u.exec(question)?.[1]?.trim() ?? question;

const asSchema = (value: unknown): Schema => (typeof value === 'object' && value !== null ? value : {});
