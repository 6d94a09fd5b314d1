import { type Condition, type Detail, invalid, type Step } from './flow.schema.ts';

/** A detail, or the branch of one of its conditions with what happens in it. */
export type OutlineNode = { detail: Detail } | { branch: Condition; children: OutlineNode[] };

/** What two branches lead to appears in both: limits keep a small flow from unfolding into an endless one. */
const MAX_NODES = 5_000;
const MAX_DEPTH = 100;

/** A step's details as a tree: those a condition leads to stand in its branch, the others in the order given. */
export class StepOutline {
  private readonly details: readonly Detail[];
  private readonly byId: ReadonlyMap<string, Detail>;
  /** Conditions that the step itself lists lead out of it, so their `next_step` means something to the reader. */
  private readonly leaving: ReadonlySet<string>;
  private readonly mainLine: ReadonlySet<Detail>;
  private readonly placed = new Set<Detail>();
  private size = 0;

  constructor({ details, conditions }: Step) {
    this.details = details;
    this.byId = new Map(details.filter(({ id }) => id !== '').map((detail) => [detail.id, detail]));
    this.leaving = new Set(conditions.map(({ id }) => id));
    this.mainLine = this.lineFrom(this.start());
  }

  nodes(): OutlineNode[] {
    const nested = this.nested();
    const top = this.details
      .filter((detail) => !nested.has(detail))
      .flatMap((detail) => this.unfold(detail, []));
    // Details that only lead to each other are reached from nowhere, but they are part of the step.
    const stranded = this.details.flatMap((detail) =>
      this.placed.has(detail) ? [] : this.unfold(detail, []),
    );
    return [...top, ...stranded];
  }

  /** The first one that nothing leads to. */
  private start(): Detail | undefined {
    const targets = new Set(
      this.details.flatMap(({ nextStep, conditions }) => [nextStep, ...conditions.map((c) => c.nextStep)]),
    );
    return this.details.find(({ id }) => !targets.has(id)) ?? this.details[0];
  }

  /** A detail and what follows it whatever happens. */
  private lineFrom(first: Detail | undefined, isKnown = (_: Detail) => false): Set<Detail> {
    const line = new Set<Detail>();
    let next = first;
    while (next && !line.has(next) && !isKnown(next)) {
      line.add(next);
      next = next.conditions.length > 0 ? undefined : this.byId.get(next.nextStep);
    }
    return line;
  }

  private nested(): Set<Detail> {
    const nested = new Set<Detail>();
    for (const { nextStep } of this.details.flatMap(({ conditions }) => conditions)) {
      const line = this.lineFrom(
        this.byId.get(nextStep),
        (detail) => this.mainLine.has(detail) || nested.has(detail),
      );
      for (const detail of line) nested.add(detail);
    }
    return nested;
  }

  private unfold(detail: Detail, above: readonly Detail[]): OutlineNode[] {
    this.placed.add(detail);
    const branches = detail.conditions.map((condition) => this.branch(condition, [...above, detail]));
    return detail.type === 'branch' && branches.length > 0
      ? branches
      : [this.counted({ detail }), ...branches];
  }

  private branch(condition: Condition, above: readonly Detail[]): OutlineNode {
    if (above.length > MAX_DEPTH) throw invalid(`nests branches deeper than ${MAX_DEPTH} levels`);
    const line = this.lineFrom(
      this.byId.get(condition.nextStep),
      (detail) => this.mainLine.has(detail) || above.includes(detail),
    );
    return this.counted({
      branch: this.leaving.has(condition.id) ? condition : { ...condition, nextStep: '' },
      children: [...line].flatMap((detail) => this.unfold(detail, above)),
    });
  }

  private counted<T>(node: T): T {
    this.size += 1;
    if (this.size > MAX_NODES) throw invalid(`unfolds to more than ${MAX_NODES} elements in one step`);
    return node;
  }
}
