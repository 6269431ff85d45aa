/**
 * Whether an IP address is one of the public internet. What a program's author names must not lead into our own
 * network: not to this machine, to private or link-local networks, to the metadata service, or to an address that
 * stands for another. Source: the special-purpose address registries of IANA, RFC 6890 and later.
 *
 * @param address as `net` and `dns` spell it, without brackets; anything else is not public
 */
export function isPublicAddress(address: string): boolean {
  const four = parseIpv4(address);
  if (four !== undefined) return isPublicIpv4(four);
  const six = parseIpv6(address);
  return six !== undefined && isPublicIpv6(six);
}

/** Whether an address is this machine's own. */
export function isLoopback(address: string): boolean {
  const four = parseIpv4(address);
  if (four !== undefined) return four >>> 24 === 127;
  const six = parseIpv6(address);
  return six?.slice(0, 7).every((group) => group === 0) === true && six[7] === 1;
}

const closedIpv4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

function isPublicIpv4(address: number): boolean {
  return !closedIpv4.some(([network, bits]) => (address ^ (parseIpv4(network) ?? 0)) >>> (32 - bits) === 0);
}

/** Only global unicast (2000::/3), less what of it stands for other addresses or for examples. */
function isPublicIpv6(groups: readonly number[]): boolean {
  const [first = 0, second = 0] = groups;
  if (first >> 13 !== 1) return false;
  if (first === 0x2002) return false;
  if (first === 0x2001 && (second < 0x200 || second === 0xdb8)) return false;
  return !(first === 0x3fff && second < 0x1000);
}

function parseIpv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const bytes = match.slice(1).map(Number);
  if (bytes.some((byte) => byte > 255)) return undefined;
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

function parseIpv6(text: string): readonly number[] | undefined {
  const [head = '', tail, ...more] = text.replace(/%.*$/, '').split('::');
  if (more.length > 0) return undefined;
  const left = groupsOf(head);
  const right = tail === undefined ? [] : groupsOf(tail);
  if (left === undefined || right === undefined) return undefined;
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...left, ...Array<number>(missing).fill(0), ...right];
}

function groupsOf(text: string): number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':').flatMap((part) => {
    const four = parseIpv4(part);
    if (four !== undefined) return [four >>> 16, four & 0xffff];
    return [/^[0-9a-f]{1,4}$/i.test(part) ? Number.parseInt(part, 16) : Number.NaN];
  });
  return groups.some(Number.isNaN) ? undefined : groups;
}
