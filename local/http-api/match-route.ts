import type { RouteSpec } from '../deployment.ts';

/** A route that was found, and what its path's variables stand for in this request. */
export interface MatchedRoute {
  readonly route: RouteSpec;
  readonly pathParameters: Readonly<Record<string, string>>;
}

export type RouteMatcher = (method: string, segments: readonly string[]) => MatchedRoute | undefined;

type Segment =
  | { readonly kind: 'static'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'greedy'; readonly name: string };

interface CompiledRoute {
  readonly route: RouteSpec;
  readonly method: string;
  /** Absent for `$default`, which takes whatever no other route takes. */
  readonly segments?: readonly Segment[];
}

const RANK = { static: 0, variable: 1, greedy: 2 };

/**
 * Finds routes as API Gateway does: what is spelled out beats `{variable}` beats `{greedy+}` beats `$default`,
 * from left to right, and on the same path a method beats `ANY`.
 */
export function createRouteMatcher(routes: readonly RouteSpec[]): RouteMatcher {
  const compiled = routes.map(compileRoute).sort(bySpecificity);
  return (method, segments) => {
    for (const candidate of compiled) {
      if (candidate.method !== 'ANY' && candidate.method !== method) continue;
      const pathParameters = matchSegments(candidate.segments, segments);
      if (pathParameters) return { route: candidate.route, pathParameters };
    }
    return undefined;
  };
}

/** The decoded segments of a path; undefined if an escape in it is malformed. */
export function splitPath(path: string): readonly string[] | undefined {
  const segments = path.split('/').slice(1);
  try {
    return path.includes('%') ? segments.map(decodeURIComponent) : segments;
  } catch {
    return undefined;
  }
}

function compileRoute(route: RouteSpec): CompiledRoute {
  if (route.routeKey === '$default') return { route, method: 'ANY' };
  const [method = 'ANY', path = '/'] = route.routeKey.split(' ');
  return { route, method, segments: path.split('/').slice(1).map(compileSegment) };
}

function compileSegment(text: string): Segment {
  if (!text.startsWith('{')) return { kind: 'static', text };
  if (text.endsWith('+}')) return { kind: 'greedy', name: text.slice(1, -2) };
  return { kind: 'variable', name: text.slice(1, -1) };
}

function bySpecificity(one: CompiledRoute, other: CompiledRoute): number {
  if (!one.segments || !other.segments) return Number(!one.segments) - Number(!other.segments);
  for (let i = 0; i < Math.min(one.segments.length, other.segments.length); i += 1) {
    const difference = RANK[one.segments[i]?.kind ?? 'greedy'] - RANK[other.segments[i]?.kind ?? 'greedy'];
    if (difference !== 0) return difference;
  }
  return (
    other.segments.length - one.segments.length ||
    Number(one.method === 'ANY') - Number(other.method === 'ANY')
  );
}

function matchSegments(
  pattern: readonly Segment[] | undefined,
  segments: readonly string[],
): Record<string, string> | undefined {
  if (!pattern) return {};
  const found: Record<string, string> = {};
  for (const [i, part] of pattern.entries()) {
    const actual = segments[i];
    if (actual === undefined) return undefined;
    if (part.kind === 'greedy') {
      const rest = segments.slice(i).join('/');
      return rest === '' ? undefined : { ...found, [part.name]: rest };
    }
    if (part.kind === 'variable' && actual !== '') found[part.name] = actual;
    else if (part.kind !== 'static' || part.text !== actual) return undefined;
  }
  return segments.length === pattern.length ? found : undefined;
}
