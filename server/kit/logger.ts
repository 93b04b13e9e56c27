import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

/**
 * Field paths that may carry a secret. Playback tokens sit in URL paths, so URLs under `/s/` are cut by
 * `withoutToken` where a request is logged; redaction here is the second net.
 */
const secretPaths = [
  'password',
  '*.password',
  'token',
  '*.token',
  'accessToken',
  '*.accessToken',
  'refreshToken',
  '*.refreshToken',
  'authorization',
  '*.authorization',
  'cookie',
  '*.cookie',
  'secret',
  '*.secret',
  '*.headers.authorization',
  '*.headers.cookie',
];

/**
 * The root logger. Every part of the server logs through a child that carries its parents' ids
 * (`logger.child({ asset, version, chunk })`), so a line can be followed up to what caused it.
 */
export function createLogger(options: {
  readonly level: string;
  readonly pretty?: boolean;
  readonly destination?: DestinationStream;
  /** What no line may hold, whatever it comes in (a driver's error, say). */
  readonly secrets?: readonly string[];
}): Logger {
  // As they stand in JSON.
  const secrets = (options.secrets ?? []).map((secret) => JSON.stringify(secret).slice(1, -1));
  const settings = {
    level: options.level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    redact: { paths: secretPaths, censor: '[redacted]' },
    ...(secrets.length > 0 && { hooks: { streamWrite: (line: string) => withoutSecrets(line, secrets) } }),
  };
  if (options.destination) return pino(settings, options.destination);
  if (options.pretty) return pino({ ...settings, transport: { target: 'pino-pretty', options: { singleLine: true } } });
  return pino(settings);
}

/** A text for people or logs with each secret in it cut out. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
}

/** Anything of the shape of a playback or access token, wherever it stands: three parts, the last one a signature. */
const tokenShaped = /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{1,512}\.[A-Za-z0-9_-]{16,4096}\.[A-Za-z0-9_-]{43,512}/g;

/**
 * A request path with the playback token cut out: `/s/<token>/a/v/x` becomes `/s/-/a/v/x`. Tokens in places where
 * they do not belong (`//s/<token>/…`, a wrong prefix) are cut out, too.
 */
export function withoutToken(path: string): string {
  return path.replace(/^\/s\/[^/?]*/, '/s/-').replace(tokenShaped, '-');
}
