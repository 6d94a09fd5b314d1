/**
 * Makes an element. Text always goes in as text: nothing the model, a tool or the server says becomes HTML.
 * @param {string} tag
 * @param {Record<string, string | boolean | number>} [attributes]
 * @param {...(Node | string)} children
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children);
  return node;
}

export const byId = (id) => document.getElementById(id);
