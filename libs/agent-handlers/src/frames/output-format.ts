import { configurationKeys } from '../configuration-keys.ts';
import { isJsonObject, type JsonValue } from '../json.ts';
import type { DataFormat } from './frame.ts';

/** What kind of answer an agent's configuration asks for, whichever provider it is written for. */
export function outputFormat(configuration: unknown): Exclude<DataFormat, 'xml'> {
  const settings = configurationKeys.safeParse(configuration).data as unknown;
  if (!isJsonObject(settings)) return 'text';
  const format = isJsonObject(settings.text) ? settings.text.format : settings.response_format;
  const type: JsonValue | undefined = isJsonObject(format) ? format.type : format;
  return type === 'json_object' || type === 'json_schema' ? type : 'text';
}
