import { cpus } from 'node:os';
import { type BenchResult, type Figure, isMet } from './figure.ts';

/** One JSON object on one line, to be found among whatever npm prints around it. */
export function jsonReport(results: readonly BenchResult[]): string {
  const benches = results.map(({ bench, figures }) => ({
    bench,
    figures: figures.map((figure) => ({ ...figure, value: rounded(figure.value), met: isMet(figure) })),
  }));
  return JSON.stringify({ node: process.version, cpus: cpus().length, cpu: cpus()[0]?.model, benches });
}

export function tableReport({ bench, figures }: BenchResult): string {
  const width = Math.max(...figures.map(({ name }) => name.length));
  const lines = figures.map((figure) => {
    const value = String(rounded(figure.value)).padStart(9);
    return `  ${figure.name.padEnd(width)} ${value} ${figure.unit.padEnd(7)} ${verdict(figure)}`.trimEnd();
  });
  return [`bench ${bench}`, ...lines].join('\n');
}

function verdict(figure: Figure): string {
  const { target } = figure;
  if (!target) return '';
  const wanted = 'atLeast' in target ? `>= ${target.atLeast}` : `<= ${target.atMost}`;
  return `target ${wanted}: ${isMet(figure) ? 'met' : 'MISSED'}`;
}

const rounded = (value: number) => Number(value.toPrecision(3));
