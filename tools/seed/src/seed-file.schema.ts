import type { Attribute, AttributeKind, Json, Shape } from '@agent-engine/entities';
import { z } from 'zod';
import { type Kind, sharedKinds, tenantKinds } from './kinds.ts';

const json = z.json() as z.ZodType<Json>;
const jsonMap = z.record(z.string(), json);
const text = z.string();

const values: Record<AttributeKind, z.ZodType> = {
  text,
  timestamp: text,
  integer: z.int(),
  float: z.number(),
  boolean: z.boolean(),
  json: jsonMap,
  jsonList: z.array(jsonMap),
  textList: z.array(text),
};

/** Filled in here as it is on writing, so that a row read again can be compared with its file. */
function shaped(shape: Shape): z.ZodType {
  const keys = Object.entries(shape).map(([key, rule]) => {
    if ('default' in rule) return [key, json.default(rule.default)];
    return [key, 'required' in rule ? json : json.optional()];
  });
  return z.array(z.strictObject(Object.fromEntries(keys) as Record<string, z.ZodType>));
}

function valueOf(attribute: Attribute): z.ZodType {
  const value = attribute.shape ? shaped(attribute.shape) : values[attribute.kind];
  return attribute.required ? value : value.optional();
}

function rows({ definition, references = {}, excludes = {} }: Kind) {
  const { key, scope, attributes, versioning } = definition;
  const fields: Record<string, z.ZodType> = {};
  for (const [name, attribute] of Object.entries<Attribute>(attributes)) {
    if (attribute.writable) fields[name] = valueOf(attribute);
  }
  if (scope === 'global') fields[key.hash] = text.min(1);
  if (key.format === 'natural') fields[key.range] = text.min(1);
  else if (!versioning) fields[key.range] = text.regex(/^\d{20}$/, 'must be 20 digits').optional();
  if (versioning) fields[versioning.family] = text.min(1).optional();
  for (const [field, { attribute, many }] of Object.entries(references)) {
    const required = attributes[attribute]?.required;
    const names = many ? z.array(text) : text;
    if (field !== attribute) delete fields[attribute];
    fields[field] = required ? names : names.optional();
  }
  fields.updatedBy = text.default('seed');
  const row = z.strictObject(fields).check(({ value, issues }) => {
    for (const [field, others] of Object.entries(excludes)) {
      for (const other of others.filter((name) => value[field] !== undefined && value[name] !== undefined)) {
        issues.push({ code: 'custom', input: value, path: [other], message: `follows from ${field}` });
      }
    }
  });
  return z.array(row).default([]);
}

const sections = (kinds: Record<string, Kind>) =>
  Object.fromEntries(Object.entries(kinds).map(([section, kind]) => [section, rows(kind)]));

const partition = z.strictObject({
  endpointId: text.optional(),
  partId: text,
  ...sections(tenantKinds),
});

/** Shared rows; the rows of the tenant that the command names; and those of tenants the file names. */
export const seedFile = z.strictObject({
  ...sections(sharedKinds),
  ...sections(tenantKinds),
  partitions: z.array(partition).default([]),
});
