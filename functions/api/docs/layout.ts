import { escapeHtml } from '../../../shared/domain/escape-html.ts';

/** A page's address and what the bar of all pages calls it. */
const bar = [
  ['/docs', 'Plusone'],
  ['/docs/reference', 'Reference'],
  ['/docs/api', 'Try it'],
  ['/docs/errors', 'Errors'],
  ['/docs/scopes', 'Scopes'],
  ['/docs/events', 'Events'],
] as const;

/** Where a page is, what it is called and what is in it. */
export interface Page {
  readonly path: string;
  readonly title: string;
  readonly main: string;
}

/** The head and bar that every page has. Nothing comes from another host, and nothing runs. */
export function layOut({ path, title, main }: Page): string {
  return `${openPage(path, title, 'style.css')}<main>
<h1>${escapeHtml(title)}</h1>
${main}
</main>
</body>
</html>
`;
}

/** The begin of a page, up to its bar. */
export function openPage(path: string, title: string, style: string, head = ''): string {
  const links = bar.map(
    ([href, name]) => `<a href="${href}"${href === path ? ' aria-current="page"' : ''}>${name}</a>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Plusone</title>
<link rel="icon" href="/docs/icon.svg">
<link rel="stylesheet" href="/docs/${style}">
${head}</head>
<body>
<header>${links.join('')}</header>
`;
}

/** A line of the contracts' words: what stands in backticks is code. */
export function inline(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}

/** A block of code; JSON, if it is no text. */
export function block(code: unknown): string {
  const text = typeof code === 'string' ? code : JSON.stringify(code, null, 2);
  return `<pre tabindex="0"><code>${escapeHtml(text)}</code></pre>`;
}
