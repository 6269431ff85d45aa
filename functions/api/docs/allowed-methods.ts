import { isPublic } from '../../../shared/contract/access.ts';
import type { Route } from '../../../shared/contract/route.ts';

/** The methods that an address takes, for the header `Allow`; none where there is nothing at it. */
export function allowedMethods(routes: readonly Route[], path: string): readonly string[] {
  const found = routes.filter((route) => patternOf(route.path).test(path));
  return [...new Set(found.flatMap(methodsOf))].sort();
}

/** What anybody may get can be asked for its headers alone as well: see the HTTP API of `infra/`. */
function methodsOf(route: Route): readonly string[] {
  return route.method === 'GET' && isPublic(route) ? ['GET', 'HEAD'] : [route.method];
}

function patternOf(path: string): RegExp {
  const literal = path.replaceAll('.', '\\.');
  return new RegExp(`^${literal.replace(/\{\w+(\+?)\}/g, (_, greedy) => (greedy ? '.+' : '[^/]+'))}$`);
}
