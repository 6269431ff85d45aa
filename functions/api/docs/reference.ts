import { accessTo } from '../../../shared/contract/access.ts';
import type { Example } from '../../../shared/contract/examples/example.ts';
import { examples } from '../../../shared/contract/examples/examples.ts';
import { tags } from '../../../shared/contract/openapi/tags.ts';
import type { Route } from '../../../shared/contract/route.ts';
import { escapeHtml } from '../../../shared/domain/escape-html.ts';
import { block, inline, layOut } from './layout.ts';

/** All routes by what they are about, each with an example: the reference that needs no JavaScript. */
export function referencePage(routes: readonly Route[]): string {
  const names = [...new Set(routes.map((route) => route.tag))];
  const sections = names.map((name) => {
    const those = routes.filter((route) => route.tag === name);
    return `<h2 id="${idOf(name)}">${escapeHtml(name)}</h2>
<p class="soft">${inline(tags[name] ?? '')}</p>
${those.map(describe).join('\n')}`;
  });
  return layOut({
    path: '/docs/reference',
    title: 'Reference',
    main: `<p>Every route with an example. <a href="/docs/api">Try it</a> has all fields of each, and
<a href="/openapi.json">openapi.json</a> is the document for tools.</p>
<p>${names.map((name) => `<a href="#${idOf(name)}">${escapeHtml(name)}</a>`).join(' · ')}</p>
${sections.join('\n')}`,
  });
}

function idOf(tag: string): string {
  return tag.toLowerCase().replaceAll(' ', '-');
}

function describe(route: Route): string {
  const { operationId, method, path, summary, description, success } = route;
  const example = examples.get(operationId);
  return `<article id="${operationId}">
<h3>${inline(summary)}</h3>
<p><code><span class="method">${method}</span>${escapeHtml(path)}</code></p>
${description === undefined ? '' : `<p>${inline(description)}</p>`}
<p class="soft">${whoMayCall(route)}</p>
<details><summary>Example</summary>
${example?.body === undefined ? '' : block(example.body)}
<p>${success.status}: ${inline(success.description)}</p>
${answerOf(example)}
</details>
${problemsOf(route)}
</article>`;
}

function whoMayCall(route: Route): string {
  const guard = accessTo(route);
  if (guard === 'public') return 'Open to all';
  const scope = `<a href="/docs/scopes#${guard.scope.replace(':', '-')}"><code>${guard.scope}</code></a>`;
  return `Scope ${scope}${guard.participant === 'self' ? ', or the token of the participant' : ''}`;
}

function answerOf(example: Example | undefined): string {
  if (example?.answer !== undefined) return block(example.answer);
  return Object.values(example?.texts ?? {})
    .map(block)
    .join('');
}

function problemsOf({ problems = [] }: Route): string {
  if (problems.length === 0) return '';
  const links = problems.map((code) => `<a href="/docs/errors#${code}"><code>${code}</code></a>`);
  return `<p class="soft">Refusals of its own: ${links.join(' ')}</p>`;
}
