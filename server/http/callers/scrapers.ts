import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { HttpApp } from '../http-app.ts';

/** Who may read figures without an account: everybody who reaches a listener of its own, or who brings the token. */
export type Scrapers = 'everybody' | { readonly token: string };

const allowed = new WeakMap<HttpApp, Scrapers>();

/** Lets scrapers read what is for them. Without it, only accounts with the right may. */
export function admitScrapers(app: HttpApp, scrapers: Scrapers): void {
  allowed.set(app, scrapers);
}

/** Compared by their hashes: then neither where they differ nor how long they are shows in the time that it takes. */
function isSame(one: string, other: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}

/** Whether a request comes from a scraper that was let in. */
export function isScraper(app: HttpApp, { headers }: Pick<FastifyRequest, 'headers'>): boolean {
  const scrapers = allowed.get(app);
  if (scrapers === undefined || scrapers === 'everybody') return scrapers !== undefined;
  const given = /^Bearer (\S{1,4096})$/i.exec(headers.authorization ?? '')?.[1];
  return given !== undefined && isSame(given, scrapers.token);
}
