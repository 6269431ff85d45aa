import { escapeHtml } from '../../../shared/domain/escape-html.ts';
import { layOut } from './layout.ts';

/** A guide, a way to call from code or a page of reference, whose body the bundler rendered: infra/render-manual.ts. */
export interface ManualPage {
  readonly slug: string;
  readonly kind: 'guide' | 'code' | 'reference';
  readonly title: string;
  readonly html: string;
}

/** A page of the manual. */
export function manualPage({ slug, title, html }: ManualPage): string {
  return layOut({ path: `/docs/${slug}`, title, main: html });
}

/** Where the documentation begins. */
export function overviewPage(manual: readonly ManualPage[]): string {
  const listOf = (kind: ManualPage['kind'], className: string) =>
    `<ul class="${className}">${manual
      .filter((page) => page.kind === kind)
      .map(({ slug, title }) => `<li><a href="/docs/${slug}">${escapeHtml(title)}</a></li>`)
      .join('')}</ul>`;
  return layOut({
    path: '/docs',
    title: 'Referral programs in your own AWS account',
    main: `<p>Links and codes, clicks, attribution, fraud checks, rewards computed exactly once, balances, payouts: by an HTTPS API,
a redirect and a browser snippet.</p>
<h2>Guides</h2>
${listOf('guide', 'cards')}
<h2>From your code</h2>
${listOf('code', 'cards')}
<h2>The API</h2>
<ul class="cards">
<li><a href="/docs/reference">All routes, with examples</a></li>
<li><a href="/docs/api">Every field, and calls to try</a></li>
<li><a href="/docs/errors">Errors, and what to do</a></li>
<li><a href="/docs/scopes">Scopes of keys</a></li>
<li><a href="/docs/events">Webhooks and events</a></li>
<li><a href="/openapi.json">OpenAPI 3.1</a></li>
</ul>
<h2>In depth</h2>
${listOf('reference', 'plain')}`,
  });
}
