import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { storedName } from '@agent-engine/entities';

type Path = string | readonly string[];

/** Words one request's conditions, collecting names and values. Callers' values only ever become values. */
export class Expression {
  readonly names: Record<string, string> = {};
  readonly values: Record<string, AttributeValue> = {};
  private readonly known = new Map<string, string>();

  equals(path: Path, value: unknown): string {
    return this.compare(path, '=', value);
  }

  compare(path: Path, operator: '=' | '<' | '<=' | '>' | '>=', value: unknown): string {
    return `${this.path(path)} ${operator} ${this.value(value)}`;
  }

  missingOr(path: Path, operator: '=' | '<', value: unknown): string {
    return `(attribute_not_exists(${this.path(path)}) OR ${this.compare(path, operator, value)})`;
  }

  /** Of an ADD clause. */
  plus(path: Path, value: number): string {
    return `${this.path(path)} ${this.value(value)}`;
  }

  startsWith(path: Path, value: string): string {
    return `begins_with(${this.path(path)}, ${this.value(value)})`;
  }

  contains(path: Path, value: unknown): string {
    return `contains(${this.path(path)}, ${this.value(value)})`;
  }

  /** @param orMissing rows without the attribute read as their default, so they match where the default is wanted */
  oneOf(path: Path, values: readonly unknown[], orMissing: boolean): string {
    const name = this.path(path);
    const listed = `${name} IN (${values.map((value) => this.value(value)).join(', ')})`;
    return orMissing
      ? `(${listed} OR attribute_not_exists(${name}) OR attribute_type(${name}, ${this.value('NULL')}))`
      : listed;
  }

  /** Two bounds are inclusive; one alone is exclusive unless said otherwise. */
  between(path: Path, from: unknown, to: unknown, inclusive = false): string[] {
    if (from != null && to != null)
      return [`${this.path(path)} BETWEEN ${this.value(from)} AND ${this.value(to)}`];
    if (from != null) return [this.compare(path, inclusive ? '>=' : '>', from)];
    return to != null ? [this.compare(path, inclusive ? '<=' : '<', to)] : [];
  }

  /** Placeholder of an attribute, or of a value inside one: only the attribute's own name is ever re-spelled. */
  private path(path: Path): string {
    const [attribute = '', ...inner] = typeof path === 'string' ? [path] : path;
    return [storedName(attribute), ...inner].map((name) => this.name(name)).join('.');
  }

  private name(stored: string): string {
    let placeholder = this.known.get(stored);
    if (!placeholder) {
      placeholder = `#n${this.known.size}`;
      this.known.set(stored, placeholder);
      this.names[placeholder] = stored;
    }
    return placeholder;
  }

  private value(value: unknown): string {
    const placeholder = `:v${Object.keys(this.values).length}`;
    this.values[placeholder] =
      typeof value === 'number'
        ? { N: String(value) }
        : typeof value === 'boolean'
          ? { BOOL: value }
          : { S: String(value) };
    return placeholder;
  }
}
