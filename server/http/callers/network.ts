import { isIPv6 } from 'node:net';

/**
 * Where a caller is, more coarsely: what a provider gives one household or one mast is often several addresses of a /24.
 * Of IPv6 it is the network.
 */
export function areaOf(address: string): string {
  const network = networkOf(address);
  return network.includes(':') ? network : network.slice(0, network.lastIndexOf('.') + 1);
}

/** The network a caller comes from: one subscriber holds a whole /64 of IPv6 addresses. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1] as string;
  const [head = '', tail] = address.split('%', 1).join('').split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups =
    tail === undefined
      ? first
      : [...first, ...Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0'), ...last];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
