import { LineCounter, parseDocument, visit } from 'yaml';
import { SeedProblem } from './seed-problem.ts';
import { seedFile } from './seed-file.schema.ts';

export type Path = readonly PropertyKey[];

export interface SeedFile {
  content: Record<string, unknown>;
  /** A problem as people read it: `file:line: field: what is wrong`. */
  problem(path: Path, message: string): SeedProblem;
}

export interface ReadOptions {
  /** How messages call it. */
  file: string;
  /** `${NAME}` in the file's texts stands for these. */
  variables?: Readonly<Record<string, string>>;
}

/** @throws SeedProblem naming file, line and field of everything that is wrong */
export function readSeedFile(source: string, { file, variables = {} }: ReadOptions): SeedFile {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, merge: true });
  const at = (offset: number) => `${file}:${lines.linePos(offset).line}`;
  if (document.errors.length > 0) {
    throw new SeedProblem(document.errors.map(({ pos, message }) => `${at(pos[0])}: ${message}`));
  }

  const unknown: string[] = [];
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value !== 'string') return;
      node.value = node.value.replace(/\$\{(\w+)\}/g, (placeholder, name: string) => {
        if (!(name in variables)) unknown.push(`${at(node.range?.[0] ?? 0)}: ${placeholder} has no value`);
        return variables[name] ?? placeholder;
      });
    },
  });
  if (unknown.length > 0) throw new SeedProblem(unknown);

  /** Of the innermost part of the path that is in the file: a missing field has the line of its row. */
  const lineOf = (path: Path): string => {
    for (let length = path.length; length > 0; length--) {
      const node: unknown = document.getIn(path.slice(0, length), true);
      if (isNode(node)) return at(node.range[0]);
    }
    return at(0);
  };
  const described = (path: Path, message: string) =>
    `${lineOf(path)}: ${fieldOf(path)}${fieldOf(path) && ': '}${message}`;

  const parsed = seedFile.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    throw new SeedProblem(
      parsed.error.issues.flatMap((issue) =>
        issue.code === 'unrecognized_keys'
          ? issue.keys.map((key) => described([...issue.path, key], 'is no field that can be seeded'))
          : [described(issue.path, issue.message)],
      ),
    );
  }
  return {
    content: parsed.data,
    problem: (path, message) => new SeedProblem([described(path, message)]),
  };
}

function isNode(node: unknown): node is { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

/** `agents[0].agentName` */
function fieldOf(path: Path): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i > 0 ? '.' : ''}${String(part)}`))
    .join('');
}
