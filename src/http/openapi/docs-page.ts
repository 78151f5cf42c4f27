import type { Json } from './plain-paths.js';

const style = `
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
nav a{margin-right:1rem;display:inline-block}h2{margin-top:3rem;border-bottom:1px solid #d0d7de}
details{border:1px solid #d0d7de;border-radius:6px;margin:.5rem 0;padding:.5rem .75rem}
summary{cursor:pointer}code{font:14px ui-monospace,monospace}summary b{display:inline-block;min-width:4.5rem}
pre{background:#f6f8fa;padding:.75rem;border-radius:6px;overflow:auto;font:13px/1.45 ui-monospace,monospace}
td,th{text-align:left;vertical-align:top;padding:.15rem 1rem .15rem 0}
@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}pre{background:#161b22}a{color:#58a6ff}}`;

/**
 * An OpenAPI document as one readable page without script or foreign assets. `links` lead to the other documents.
 */
export function docsPage(document: Json, links: readonly { title: string; href: string }[]): string {
  const title = text(member(document, 'info', 'title'));
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title>
<meta name="viewport" content="width=device-width"><style>${style}</style></head><body>
<h1>${escape(title)} <small>${escape(text(member(document, 'info', 'version')))}</small></h1>
<nav>${links.map(({ title, href }) => `<a href="${escape(href)}">${escape(title)}</a>`).join('')}</nav>
${bySection(document)}</body></html>`;
}

function bySection(document: Json): string {
  const sections = new Map<string, string[]>();
  for (const [path, methods] of entries(document.paths)) {
    for (const [method, operation] of entries(methods)) {
      const section = text(member(operation, 'tags', '0'));
      sections.set(section, [...(sections.get(section) ?? []), operationBlock(method, path, operation)]);
    }
  }
  return [...sections].map(([name, blocks]) => `<h2>${escape(name)}</h2>${blocks.join('')}`).join('');
}

function operationBlock(method: string, path: string, operation: unknown): string {
  const body = entries(member(operation, 'requestBody', 'content'));
  return `<details><summary><b>${escape(method.toUpperCase())}</b><code>${escape(path)}</code>
 ${escape(text(member(operation, 'summary')))}</summary>
<p>${escape(text(member(operation, 'description')))}</p>${parameterTable(member(operation, 'parameters'))}
${body.map(([type, content]) => schemaBlock(`Body, ${type}`, member(content, 'schema'))).join('')}
${entries(member(operation, 'responses')).map(responseBlock).join('')}</details>`;
}

function parameterTable(parameters: unknown): string {
  const rows = entries(parameters).map(([, parameter]) => {
    const [name, place, words] = ['name', 'in', 'description'].map((key) =>
      escape(text(member(parameter, key))),
    );
    const need = member(parameter, 'required') === true ? 'required' : '';
    return `<tr><td><code>${name}</code></td><td>${place}</td><td>${need}</td><td>${words}</td></tr>`;
  });
  return rows.length === 0 ? '' : `<table>${rows.join('')}</table>`;
}

function responseBlock([status, response]: [string, unknown]): string {
  const heading = `${status} ${text(member(response, 'description'))}`;
  const schema = member(response, 'content', 'application/json', 'schema');
  const isError = Number(status) >= 400;
  return schema === undefined || isError ? `<p>${escape(heading)}</p>` : schemaBlock(heading, schema);
}

function schemaBlock(heading: string, schema: unknown): string {
  return `<p>${escape(heading)}</p><pre>${escape(JSON.stringify(schema, null, 2) ?? '')}</pre>`;
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function member(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((at, name) => entries(at).find(([key]) => key === name)?.[1], value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function escape(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
