import { isIP } from 'node:net';
import type { IncomingMessage } from 'node:http';

/** `host` or `host:port` as RFC 9110 §7.2 has it, without the characters that nobody's name has. */
const authority = /^(?<name>[A-Za-z0-9_~.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/** A target that names its server, which proxies are sent: `http://host/path` (RFC 9112 §3.2.2). */
const absoluteTarget = /^https?:\/\/(?<authority>[^/?#]*)(?<rest>.*)$/i;

/**
 * Whether a request says clearly whom it is for. Two servers on its way that read it differently (the first `Host`, the
 * last one, the target) would let one request pass for two: it has one `Host` (none only in HTTP/1.0), a target that
 * begins with `/`, and where the target names a server it is the same one. Such a target is cut to its path.
 */
export function namesItsServer(request: IncomingMessage): boolean {
  const { rawHeaders } = request;
  let hosts = 0;
  for (let n = 0; n < rawHeaders.length; n += 2)
    if (rawHeaders[n]?.length === 4 && rawHeaders[n]?.toLowerCase() === 'host') hosts += 1;
  const { host } = request.headers;
  if (hosts > 1 || (hosts === 0 && request.httpVersion !== '1.0')) return false;
  if (host !== undefined && !authority.test(host)) return false;
  const target = request.url ?? '';
  if (target.startsWith('/') || (target === '*' && request.method === 'OPTIONS')) return true;
  const absolute = absoluteTarget.exec(target)?.groups;
  if (absolute === undefined || absolute['authority']?.toLowerCase() !== host?.toLowerCase()) return false;
  const { rest = '' } = absolute;
  request.url = rest.startsWith('/') ? rest : `/${rest}`;
  return true;
}

/** The name of a host without its port; undefined when it is none. */
function nameIn(host: string): string | undefined {
  return authority.exec(host)?.groups?.['name']?.toLowerCase().replace(/\.$/, '');
}

/** What the server is called. */
export interface HostNames {
  /** Addresses at which clients reach it; empty ones are left out. */
  readonly publicUrls: readonly string[];
  /** Further names; `*.example.com` stands for all below it. */
  readonly hosts: readonly string[];
  /** Where it listens. */
  readonly listensOn: string;
}

/** Whether requests for a host are for us. */
export type AcceptsHost = (host: string, isForwarded: boolean) => boolean;

const isLoopbackName = (name: string) => name === 'localhost' || name.endsWith('.localhost');

/**
 * Whether requests for a host are for us, so that no page of another name, which an attacker's DNS server lets point to
 * us (DNS rebinding), is taken for one of ours. Addresses and names without a dot are always accepted: nobody else's
 * page can have such an origin, while health probes and containers use them. Other names must be configured. Where none
 * is, only a server that listens to its own machine alone knows its name (`localhost`), and what a proxy forwarded to it
 * has another one.
 */
export function acceptsHosts({ publicUrls, hosts, listensOn }: HostNames): AcceptsHost {
  const given = [...publicUrls.filter(Boolean).map((url) => new URL(url).hostname), ...hosts].map((each) =>
    each.toLowerCase(),
  );
  const names = new Set([...given, listensOn.toLowerCase()]);
  const below = given.filter((each) => each.startsWith('*.')).map((each) => each.slice(1));
  const isOnlyLocal = isLoopbackName(listensOn) || /^127\.|^::1$/.test(listensOn);
  return (host, isForwarded) => {
    const name = nameIn(host);
    if (name === undefined) return false;
    if (isIP(name.replace(/^\[|\]$/g, '')) !== 0 || !name.includes('.') || isLoopbackName(name)) return true;
    if (given.length === 0 && (!isOnlyLocal || isForwarded)) return true;
    return names.has(name) || below.some((suffix) => name.endsWith(suffix));
  };
}
