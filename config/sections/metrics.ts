import { group, secret, text, type Rule } from '../option.ts';

export const metrics = group('Figures for Prometheus, at /metrics.', {
  listen: text(
    'Address and port of a listener for /metrics alone, e.g. 127.0.0.1:9464. Programs on this machine need no token there; any other address needs metrics.token. Empty: none.',
  ),
  token: secret(
    'Who brings it reads /metrics, on either listener (Authorization: Bearer <token>); 16 characters or more. Without it /metrics on the main listener is for accounts with the right alone: a program on the same machine and a proxy there, which stands for everybody, cannot be told apart.',
  ),
});

/** `host:port`; IPv6 addresses in brackets. */
const listener = /^(?:\[(?<ipv6>[0-9A-Fa-f:.]+)\]|(?<host>[^[\]:\s]+)):(?<port>\d{1,5})$/;

/** Host and port of `metrics.listen`; undefined when it names none. */
export function readListener(listen: string): { readonly host: string; readonly port: number } | undefined {
  const found = listener.exec(listen)?.groups;
  const port = Number(found?.['port']);
  return found && port <= 65_535 ? { host: found['ipv6'] ?? found['host'] ?? '', port } : undefined;
}

const shortestToken = 16;
const ofThisMachine = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

export const metricsRules: readonly Rule<{ readonly metrics: { readonly listen: string; readonly token: string } }>[] =
  [
    ({ metrics: { listen } }) =>
      listen === '' || readListener(listen)
        ? undefined
        : { option: 'metrics.listen', message: 'must be an address and a port, such as 127.0.0.1:9464 or [::1]:9464' },
    ({ metrics: { listen, token } }) =>
      token === '' && !ofThisMachine.test(readListener(listen)?.host ?? 'localhost')
        ? {
            option: 'metrics.token',
            message: 'must be set (DRAMABOX_METRICS_TOKEN), because metrics.listen can be reached from other machines',
          }
        : undefined,
    ({ metrics: { token } }) =>
      token === '' || /^[A-Za-z0-9._~+/-]+=*$/.test(token)
        ? undefined
        : { option: 'metrics.token', message: 'may have letters, digits and ._~+/- only (RFC 6750)' },
    ({ metrics: { token } }) =>
      token === '' || token.length >= shortestToken
        ? undefined
        : { option: 'metrics.token', message: `must have ${shortestToken} characters or more` },
  ];
