import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';

/** A result as text for the model and the record. Binary content is named, not included. */
export function toolResultText({ content, structuredContent }: CallToolResult): string {
  const text = content.map(blockText).join('\n');
  return text === '' && structuredContent ? JSON.stringify(structuredContent) : text;
}

function blockText(block: CallToolResult['content'][number]): string {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'resource':
      return 'text' in block.resource ? block.resource.text : `[resource ${block.resource.uri}]`;
    case 'resource_link':
      return `[resource ${block.uri}]`;
    case 'image':
    case 'audio':
      return `[${block.type} ${block.mimeType}]`;
  }
}
