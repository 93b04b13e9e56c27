import { Registry } from 'prom-client';
import { loadConfig } from '../config/load.ts';
import type { EventBus } from '../server/events/port.ts';
import { systemClock } from '../server/kit/clock.ts';
import { createHttpApp } from '../server/http/application.ts';
import { createLogger } from '../server/kit/logger.ts';
import { Notices } from '../server/kit/notices.ts';
import type { LastingCounters, Limits } from '../server/limits/port.ts';
import type { Storage } from '../server/storage/port.ts';
import { registerControlApi } from './app.ts';

/** A backend that nobody may ask: describing the API needs none, and this shows when that stops being true. */
function unreachable<T extends object>(name: string, parts: Partial<T> = {}): T {
  return new Proxy(parts as T, {
    get(target, property) {
      if (Reflect.has(target, property)) return Reflect.get(target, property) as unknown;
      throw new Error(`The description of the API asked for ${name}.${String(property)}`);
    },
  });
}

/** The OpenAPI document of the control API, from its schemas alone. */
export async function buildOpenApi(): Promise<object> {
  const logger = createLogger({ level: 'silent' });
  const app = await createHttpApp({ logger, trustProxy: false });
  try {
    await registerControlApi(app, {
      config: loadConfig(),
      logger,
      clock: systemClock,
      metrics: new Registry(),
      notices: new Notices({ logger, clock: systemClock }),
      tools: [],
      db: unreachable('db'),
      lifecycle: unreachable('lifecycle'),
      queue: unreachable('queue'),
      sessions: unreachable('sessions'),
      search: unreachable('search'),
      scratch: unreachable('scratch'),
      outbox: unreachable('outbox'),
      mailer: unreachable('mailer'),
      keptMails: unreachable('keptMails'),
      events: unreachable<EventBus>('events', { subscribe: () => () => undefined }),
      limits: unreachable<Limits>('limits', {
        counter: () => unreachable('counter'),
        leases: unreachable('leases'),
        locks: unreachable('locks'),
      }),
      lastingCounters: unreachable<LastingCounters>('lastingCounters', { counter: () => unreachable('counter') }),
      storage: unreachable<Storage>('storage', { uploadStore: () => unreachable('uploadStore') }),
      secretsKeyring: unreachable('secretsKeyring'),
      accessKeyring: unreachable('accessKeyring'),
      playbackKeyring: unreachable('playbackKeyring'),
      picturesKeyring: unreachable('picturesKeyring'),
    });
    await app.ready();
    return app.swagger();
  } finally {
    await app.close();
  }
}
