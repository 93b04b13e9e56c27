import type { AddressInfo } from 'node:net';
import type { createMetrics } from '../kit/metrics.ts';
import type { Config } from '../../config/schema.ts';
import { readListener } from '../../config/sections/metrics.ts';
import { acceptsHosts } from '../http/addressee.ts';
import { createHttpApp, type HttpApp } from '../http/application.ts';
import { admitScrapers } from '../http/callers/scrapers.ts';
import { registerMetrics } from '../http/metrics.ts';
import { OperatorError, toError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import type { Releasers } from './releasers.ts';

type Registry = ReturnType<typeof createMetrics>;

/** `/metrics` on the main listener: for those who bring the token, where there is one. */
export function offerMetrics(app: HttpApp, registry: Registry, { token }: Config['metrics']): void {
  registerMetrics(app, registry);
  if (token !== '') admitScrapers(app, { token });
}

/**
 * Opens the listener of `metrics.listen`, where there is to be one; returns where it answers.
 * @throws OperatorError when it cannot listen there
 */
export async function openMetricsListener(
  { metrics: { listen, token }, server }: Pick<Config, 'metrics' | 'server'>,
  registry: Registry,
  logger: Logger,
  releasers: Releasers,
): Promise<string | undefined> {
  const at = readListener(listen);
  if (!at) return undefined;
  const app = await createHttpApp({
    logger,
    trustProxy: false,
    acceptsHost: acceptsHosts({ publicUrls: [], hosts: server.hosts, listensOn: at.host }),
  });
  registerMetrics(app, registry);
  admitScrapers(app, token === '' ? 'everybody' : { token });
  releasers.add('metrics', async ({ force }) => {
    if (force) app.server.closeAllConnections();
    await app.close();
  });
  try {
    await app.listen(at);
  } catch (error) {
    throw new OperatorError(`The listener of metrics.listen (${listen}) cannot be opened: ${toError(error).message}`, {
      cause: error,
    });
  }
  const { port } = app.server.address() as AddressInfo;
  const url = `http://${at.host.includes(':') ? `[${at.host}]` : at.host}:${port}/metrics`;
  logger.info({ url }, 'metrics are read at');
  return url;
}
