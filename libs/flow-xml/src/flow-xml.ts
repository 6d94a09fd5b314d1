import { AppError } from '@agent-engine/errors';
import { create } from 'xmlbuilder2';
import { writeBranch, writeDetail } from './detail.writer.ts';
import { invalid, parseFlow, type Step } from './flow.schema.ts';
import { type OutlineNode, StepOutline } from './step-outline.ts';
import { attributesOf, element, type XmlElement } from './xml.ts';

/** As the services that share the tables write it. */
const DECLARATION = '<?xml version="1.0" ?>';

/**
 * A flow's JSON text as indented XML.
 * @throws AppError `argument.invalid` naming `flowContext` for null, empty or other text, and for what XML cannot hold
 */
export function flowXml(flowContext: unknown): string {
  const steps = parseFlow(flowContext);
  try {
    const root = create().ele('FlowSnippet');
    for (const step of steps) writeStep(root, step);
    return `${DECLARATION}\n${root.end({ prettyPrint: true, indent: '  ', headless: true, wellFormed: true })}\n`;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw invalid('holds characters that XML cannot', error);
  }
}

function writeStep(root: XmlElement, step: Step): void {
  const { id, formData, nextStep } = step;
  const parent = root.ele('Step', attributesOf({ id, name: formData.name }));
  writeNodes(parent, new StepOutline(step).nodes());
  if (nextStep !== '') element(parent, 'NextStep', {}, nextStep);
}

function writeNodes(parent: XmlElement, nodes: readonly OutlineNode[]): void {
  for (const node of nodes) {
    if ('detail' in node) writeDetail(parent, node.detail);
    else writeNodes(writeBranch(parent, node.branch), node.children);
  }
}
