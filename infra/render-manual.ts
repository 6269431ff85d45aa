import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { Marked } from 'marked';
import { escapeHtml } from '../shared/domain/escape-html.ts';

/** A page of the manual, as the function that serves documentation carries it. */
export interface ManualPage {
  /** Its address: `/docs/<slug>`. */
  readonly slug: string;
  readonly kind: 'guide' | 'code' | 'reference';
  readonly title: string;
  /** What is in the page below its title, as HTML. */
  readonly html: string;
}

const guidesIndex = 'docs/guides/README.md';
const clientReadme = 'client/README.md';
const snippets = 'docs/snippets';
const snippetsReadme = `${snippets}/README.md`;

/** A file that becomes a page. */
interface Source extends Pick<ManualPage, 'slug' | 'kind'> {
  readonly file: string;
}

/**
 * Renders the guides, in the order in which their README lists them, the ways to call from code (the client and the
 * snippets), and the pages of `docs/` that they lead to.
 *
 * @param root folder of `docs/`
 */
export function renderManual(root: string): readonly ManualPage[] {
  const sources = sourcesIn(root);
  const addresses = new Map([
    [guidesIndex, '/docs'],
    ...sources.map(({ file, slug }) => [file, `/docs/${slug}`] as const),
    [snippets, '/docs/snippets'],
    ...snippetNames(root).map((name) => [`${snippets}/${name}`, `/docs/snippets#${anchorOf(name)}`] as const),
  ]);
  return sources.map((source) => renderPage(root, source, addresses));
}

function sourcesIn(root: string): Source[] {
  const guides = [...read(root, guidesIndex).matchAll(/\]\(([\w-]+)\.md\)/g)].map(([, name]) => name ?? '');
  const references = readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .sort();
  return [
    ...guides.map((name) => ({
      file: `docs/guides/${name}.md`,
      kind: 'guide' as const,
      slug: `guide-${name}`,
    })),
    { file: clientReadme, kind: 'code', slug: 'plusone-client' },
    { file: snippetsReadme, kind: 'code', slug: 'snippets' },
    ...references.map((name) => ({
      file: `docs/${name}`,
      kind: 'reference' as const,
      slug: basename(name, '.md'),
    })),
  ];
}

function renderPage(
  root: string,
  { file, kind, slug }: Source,
  addresses: ReadonlyMap<string, string>,
): ManualPage {
  const text = file === snippetsReadme ? read(root, file) + snippetsIn(root) : read(root, file);
  const [, title = '', body = ''] = /^# (.+)\n([\s\S]*)$/.exec(text) ?? [];
  if (title === '') throw new Error(`${file} does not begin with a title`);
  return {
    slug,
    kind,
    title: title.replaceAll('`', ''),
    html: renderMarkdown(body, (href) => addressOf(href, file, addresses)),
  };
}

/** The files of the snippets, in the order in which their README lists them. */
function snippetNames(root: string): string[] {
  return [...read(root, snippetsReadme).matchAll(/\]\(([\w.]+)\)/g)].map(([, name]) => name ?? '');
}

/** Every snippet whole, below a heading of its name. */
function snippetsIn(root: string): string {
  return snippetNames(root)
    .map((name) => `\n## ${name}\n\n\`\`\`\n${read(root, `${snippets}/${name}`)}\`\`\`\n`)
    .join('');
}

/** Where a link of a file leads on the site; undefined for what is in the repository alone. */
function addressOf(href: string, file: string, addresses: ReadonlyMap<string, string>): string | undefined {
  if (/^(https?:|#)/.test(href)) return href;
  const [path = '', fragment] = href.split('#');
  const address = addresses.get(normalize(join(dirname(file), path)));
  return address === undefined || fragment === undefined ? address : `${address}#${fragment}`;
}

function renderMarkdown(text: string, resolve: (href: string) => string | undefined): string {
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text: heading }) {
        return `<h${depth} id="${anchorOf(heading)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const words = this.parser.parseInline(tokens);
        const address = resolve(href);
        return address === undefined ? words : `<a href="${escapeHtml(address)}">${words}</a>`;
      },
      // Diagrams are drawn where the repository is shown; here they would be their source.
      code: ({ text: code, lang }) =>
        lang === 'mermaid' ? '' : `<pre tabindex="0"><code>${escapeHtml(code)}</code></pre>\n`,
      html: ({ text: raw }) => escapeHtml(raw),
    },
  });
  return marked.parse(text, { async: false });
}

/** As GitHub names headings, so that links with a fragment hold in both places. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

function read(root: string, file: string): string {
  return readFileSync(join(root, file), 'utf8');
}
