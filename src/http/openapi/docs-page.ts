/** A link to a page or document. */
export interface DocsLink {
  title: string;
  href: string;
}

/** The page that shows the OpenAPI document at `document` in Swagger UI, with `links` to the other documents. */
export function docsPage(
  page: { title: string; href: string; document: string },
  links: readonly DocsLink[],
): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escape(page.title)}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/docs/assets/swagger-ui.css">
    <link rel="stylesheet" href="/docs/assets/docs.css">
    <script defer src="/docs/assets/swagger-ui-bundle.js"></script>
    <script type="module" src="/docs/assets/start.js"></script>
  </head>
  <body>
    <nav aria-label="Documents">${links.map((link) => anchor(link, page.href)).join('')}</nav>
    <main id="description" data-document="${escape(page.document)}"></main>
  </body>
</html>
`;
}

function anchor({ title, href }: DocsLink, current: string): string {
  return `<a href="${escape(href)}"${href === current ? ' aria-current="page"' : ''}>${escape(title)}</a>`;
}

function escape(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
