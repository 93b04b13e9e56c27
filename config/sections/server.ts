import { complainAboutWebUrl, count, flag, group, seconds, text, type Rule } from '../option.ts';

export const server = group('The HTTP server.', {
  host: text('Address to listen on. 127.0.0.1 keeps it to this machine; 0.0.0.0 opens it to the network.', '127.0.0.1'),
  port: count('Port to listen on; 0 takes a free one.', 8080, 0, 65_535),
  publicUrl: text('How clients reach this server, e.g. https://video.example.com. Empty: http://<host>:<port>.'),
  trustProxy: flag('Believe X-Forwarded-* headers. Only behind a proxy that sets them.', false),
  shutdownGraceSeconds: seconds(
    'How long a stop waits for requests and jobs in hand before it forces them.',
    30,
    0,
    3600,
  ),
});

export const serverRules: readonly Rule<{ readonly server: { readonly publicUrl: string } }>[] = [
  (config) => complainAboutWebUrl('server.publicUrl', config.server.publicUrl),
];
