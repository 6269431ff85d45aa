import { type Access, accessTo, type Scope } from '../../../shared/contract/access.ts';
import { type Route, routeKey } from '../../../shared/contract/route.ts';
import { layOut } from './layout.ts';

/** Each scope with the routes that ask for it. */
export function scopesPage(routes: readonly Route[]): string {
  const byScope = new Map<Scope, Route[]>();
  for (const route of routes) {
    const guard: Access = accessTo(route);
    if (guard !== 'public') byScope.set(guard.scope, [...(byScope.get(guard.scope) ?? []), route]);
  }
  const sections = [...byScope].map(
    ([scope, those]) =>
      `<h2 id="${scope.replace(':', '-')}"><code>${scope}</code></h2>\n<ul class="plain">${those.map(lineOf).join('')}</ul>`,
  );
  return layOut({
    path: '/docs/scopes',
    title: 'Scopes',
    main: `<p>An API key may do what its scopes say; <code>*</code> is all, also what comes later. A key that is bound to programs
reaches those alone. The token of a participant needs no scope: it may call the routes that are marked
<em>participant</em>, about its own user.</p>
${sections.join('\n')}`,
  });
}

function lineOf(route: Route): string {
  const guard = accessTo(route);
  const isForSelf = guard !== 'public' && guard.participant === 'self';
  return `<li><a href="/docs/reference#${route.operationId}"><code>${routeKey(route)}</code></a>${isForSelf ? ' <em>participant</em>' : ''}</li>`;
}
