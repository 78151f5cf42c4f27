/** Creates an element with a class and children. Strings become text, never markup. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** The element with this id. Throws when the page does not have it. */
export function byId<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no ${id}`);
  return found;
}

/** Creates a button. */
export function button(label: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', '', label);
  made.type = 'button';
  made.addEventListener('click', onClick);
  return made;
}

const marks: Record<string, 'strong' | 'em' | 's' | 'code'> = {
  '*': 'strong',
  _: 'em',
  '~': 's',
  '```': 'code',
  '`': 'code',
};

/** Shows WhatsApp's marks (*bold*, _italic_, ~struck~, `code`) and links. A link ends before punctuation. */
export function formatted(text: string): Node[] {
  const pattern = /(```|[*_~`])(?=\S)([^\n]+?)(?<=\S)\1(?!\w)|(https?:\/\/[^\s<>"]*[^\s<>".,:;!?)\]])/g;
  const nodes: Node[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const [whole, mark, inner, link] = match;
    nodes.push(document.createTextNode(text.slice(end, match.index)));
    if (link) nodes.push(anchor(link, link));
    else nodes.push(marked(mark ?? '', inner ?? ''));
    end = match.index + whole.length;
  }
  nodes.push(document.createTextNode(text.slice(end)));
  return nodes;
}

function marked(mark: string, inner: string): Node {
  const name = marks[mark] ?? 'em';
  return element(name, '', ...(name === 'code' ? [inner] : formatted(inner)));
}

/** Creates a link that opens in a new tab; any URL other than http(s) becomes text. */
export function anchor(url: string, label: string): Node {
  if (!/^https?:\/\//i.test(url)) return document.createTextNode(label);
  const made = element('a', '', label);
  made.href = url;
  made.target = '_blank';
  made.rel = 'noopener noreferrer';
  return made;
}
