import type { ReactNode } from 'react';

/** Web addresses, and words between WhatsApp's marks for bold, italic, strikethrough and code. */
const MARKED =
  /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]'])|(?<![\p{L}\p{N}])([*_~`])(?=\S)([^\n]*?\S)\2(?![\p{L}\p{N}])/gu;

/** A text with WhatsApp's marks and links as a phone shows it. Nothing in it is treated as HTML. */
export function formatted(text: string): ReactNode[] {
  const nodes: ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(MARKED)) {
    const [whole, url, mark = '', inside = ''] = match;
    nodes.push(text.slice(end, match.index));
    nodes.push(url === undefined ? marked(mark, inside, match.index) : linked(url, match.index));
    end = match.index + whole.length;
  }
  nodes.push(text.slice(end));
  return nodes;
}

function linked(url: string, key: number): ReactNode {
  return (
    <a key={key} href={url} target="_blank" rel="noreferrer noopener">
      {url}
    </a>
  );
}

function marked(mark: string, inside: string, key: number): ReactNode {
  switch (mark) {
    case '*':
      return <strong key={key}>{inside}</strong>;
    case '_':
      return <em key={key}>{inside}</em>;
    case '~':
      return <s key={key}>{inside}</s>;
    default:
      return <code key={key}>{inside}</code>;
  }
}
