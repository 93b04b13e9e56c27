import { atOnce } from '../hooks.ts';
import { BlockList, isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Notices } from '../../kit/notices.ts';
import type { HttpApp } from '../http-app.ts';

/** Headers in which proxies say whom they ask for. */
const forwardingHeaders = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-real-ip',
  'cf-connecting-ip',
  'true-client-ip',
] as const;

/** Networks in which the proxy of a server stands, and from which no stranger's connection comes. */
const near = new BlockList();
near.addSubnet('127.0.0.0', 8);
near.addSubnet('10.0.0.0', 8);
near.addSubnet('100.64.0.0', 10);
near.addSubnet('169.254.0.0', 16);
near.addSubnet('172.16.0.0', 12);
near.addSubnet('192.168.0.0', 16);
near.addAddress('::1', 'ipv6');
near.addSubnet('fc00::', 7, 'ipv6');
near.addSubnet('fe80::', 10, 'ipv6');

function isNear(address: string): boolean {
  const bare = (address.split('%', 1)[0] ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
  return near.check(bare, isIPv6(bare) ? 'ipv6' : 'ipv4');
}

/** Whether a request says that it was sent for somebody else; true or not, anybody can say so. */
export function isForwarded({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return forwardingHeaders.some((name) => headers[name] !== undefined);
}

const fromEverybody = new WeakSet<object>();

/**
 * Whether the address of a request may be that of a proxy, and so of everybody: it was forwarded, nobody said that the
 * proxy is to be believed, and it came from where a proxy stands. Somebody who reaches the server from the internet and
 * writes such a header himself gains nothing by it: his own address is no proxy's.
 */
export function mayBeEverybody(request: object): boolean {
  return fromEverybody.has(request);
}

/** Notices proxies that nobody said are to be believed. Must be called before the first route is added. */
export function noticeProxies(app: HttpApp, trustProxy: boolean, notices: Notices): void {
  if (trustProxy) return;
  app.addHook(
    'onRequest',
    atOnce((request) => {
      if (!isForwarded(request)) return;
      if (isNear(request.ip)) fromEverybody.add(request);
      notices.say({
        code: 'proxy-not-trusted',
        setting: 'server.trustProxy',
        detail:
          `Requests from ${request.ip} say that a proxy forwarded them, and it is not believed: all of its clients count ` +
          'as one address, in limits and in the log. If it is your proxy and it sets X-Forwarded-For itself, set ' +
          'server.trustProxy (DRAMABOX_SERVER_TRUST_PROXY) to true. If there is no proxy, somebody made the header up, ' +
          'and nothing is to be done.',
      });
    }),
  );
}
