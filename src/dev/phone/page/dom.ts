/** An element with a class and children; text is always text, never markup. */
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

/** The element of the page with this id; the page is broken without it. */
export function byId<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no ${id}`);
  return found;
}

/** A button that does one thing. */
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

/** WhatsApp's own marks (*bold*, _italic_, ~struck~, `code`) and links, as nodes. A link ends before punctuation. */
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

/** A link that opens beside the page; anything but http(s) stays text. */
export function anchor(url: string, label: string): Node {
  if (!/^https?:\/\//i.test(url)) return document.createTextNode(label);
  const made = element('a', '', label);
  made.href = url;
  made.target = '_blank';
  made.rel = 'noopener noreferrer';
  return made;
}
