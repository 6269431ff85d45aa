/**
 * Prefixes of 96 bits before an IPv4 address: mapped into IPv6 (RFC 4291, 2.5.5.2), and translated from it by NAT64
 * (RFC 6052, 2.1).
 */
const beforeIpv4: ReadonlySet<string> = new Set(['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0']);

/**
 * The network that an address stands for: itself for IPv4, also where IPv6 carries it; the /64 for IPv6, within which a
 * device changes its address every day.
 *
 * @param ip as a gateway or zod let it pass: IPv4, or IPv6 in any spelling
 */
export function networkOf(ip: string): string {
  const address = ip.trim().toLowerCase();
  if (!address.includes(':')) return address;
  const groups = groupsOf(address.replace(/%.*$/, ''));
  if (!beforeIpv4.has(groups.slice(0, 6).join(':'))) return groups.slice(0, 4).join(':');
  return groups.slice(6).flatMap(bytesOf).join('.');
}

/** The eight groups of an IPv6 address: hexadecimal, without zeros before them. */
function groupsOf(address: string): string[] {
  const [head = '', tail = ''] = address.split('::');
  const [before, after] = [partOf(head), partOf(tail)];
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...zeros, ...after];
}

function partOf(part: string): string[] {
  if (part === '') return [];
  return part
    .split(':')
    .flatMap((group) =>
      group.includes('.') ? groupsOfIpv4(group) : Number.parseInt(group, 16).toString(16),
    );
}

function groupsOfIpv4(dotted: string): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
  return [a * 256 + b, c * 256 + d].map((group) => group.toString(16));
}

function bytesOf(group: string): number[] {
  const value = Number.parseInt(group, 16);
  return [Math.floor(value / 256), value % 256];
}
