import type { IncomingHttpHeaders } from 'node:http';
import type { Config } from '../config/schema.ts';

/**
 * The viewer's country (ISO 3166-1 alpha-2, upper case), as the proxy in front of this server says it; undefined when
 * it is not known. Without a trusted proxy the header is whatever the client wrote, so it is not read.
 */
export function readRegion(
  headers: IncomingHttpHeaders,
  config: Pick<Config, 'playback' | 'server'>,
): string | undefined {
  const name = config.playback.regionHeader.toLowerCase();
  if (!config.server.trustProxy || name === '') return undefined;
  const value = headers[name];
  // XX and ZZ stand for unknown; what is no country (T1, for Tor) has a digit.
  return typeof value === 'string' && /^[A-Z]{2}$/.test(value) && value !== 'XX' && value !== 'ZZ' ? value : undefined;
}
