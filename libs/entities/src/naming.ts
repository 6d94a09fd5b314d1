/** `mcpServerUuid` → `mcp_server_uuid`: the stored name of an attribute. Definitions use no acronyms in capitals. */
export function storedName(attribute: string): string {
  return attribute.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
