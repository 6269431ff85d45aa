/** The key of the route that answers a HEAD: what GET would say, of which the gateway sends the headers alone. */
export function asGet(routeKey: string): string {
  return routeKey.replace(/^HEAD /, 'GET ');
}
