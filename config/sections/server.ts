import { complainAboutPublicUrl, count, flag, group, seconds, text, texts, type Rule } from '../option.ts';

export const server = group('The HTTP server.', {
  host: text('Address to listen on. 127.0.0.1 keeps it to this machine; 0.0.0.0 opens it to the network.', '127.0.0.1'),
  port: count('Port to listen on; 0 takes a free one.', 8080, 0, 65_535),
  publicUrl: text(
    'How clients reach this server, e.g. https://video.example.com, or https://example.com/video where it has only a path of a host; the proxy may pass that path on or take it off. Empty: http://<host>:<port>.',
  ),
  hosts: texts(
    'Further host names that requests may be for, besides those of publicUrl and origin.publicUrl; *.example.com stands for all below it. Addresses (10.0.0.5, for health probes say), localhost and names without a dot always are. Where nothing of this is set, a server that listens on 127.0.0.1 knows no other name, except what a proxy forwards, and one that listens to the network takes every name. Other names are refused (421).',
    [],
  ),
  trustProxy: flag(
    'Believe X-Forwarded-* headers. Only behind a proxy that sets them itself: otherwise anybody can write there what address he likes. Behind a proxy that is not believed all clients have one address: limits by address then leave out what it forwards, and those by account hold.',
    false,
  ),
  shutdownGraceSeconds: seconds(
    'How long a stop waits for requests and jobs in hand before it forces them.',
    30,
    0,
    3600,
  ),
});

/** A host name, or all below one; no port, for it plays no part. */
const hostName = /^(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;

interface ServerOptions {
  readonly server: { readonly publicUrl: string; readonly hosts: readonly string[] };
}

export const serverRules: readonly Rule<ServerOptions>[] = [
  (config) => complainAboutPublicUrl('server.publicUrl', config.server.publicUrl),
  ({ server: { hosts } }) => {
    const wrong = hosts.find((each) => !hostName.test(each));
    return wrong === undefined
      ? undefined
      : { option: 'server.hosts', message: `"${wrong}" is no host name, such as video.example.com` };
  },
];
