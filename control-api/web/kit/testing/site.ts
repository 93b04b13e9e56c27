import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { Registry } from 'prom-client';
import type { Test } from 'tap';
import { createOrigin, type Origin } from '../../../../origin/origin.ts';
import { ensureWebApps } from '../../../../server/cli/setup/web-apps.mjs';
import { createLogger } from '../../../../server/kit/logger.ts';
import { BreakableProxy, type ProxyPath } from '../../../../server/testing/breakable-proxy.ts';
import { openBrowser } from '../../../../server/testing/browser.ts';
import type { Providers } from '../../../sign-in/providers/open.ts';
import { password, startControlApi, type Account, type Harness } from '../../../testing/harness.ts';

/** Who can sign in; both have the harness's password. */
export const people = {
  admin: { email: 'admin@example.com', password },
  viewer: { email: 'viewer@example.com', password },
} as const;

/** The control API and the origin, on a database and a storage of their own, behind a network that can break. */
export interface Api extends Harness {
  /** Where browsers go: the network's address, without a trailing slash. */
  readonly url: string;
  /** The same by a name instead of a number: only names have passkeys. */
  readonly namedUrl: string;
  readonly network: BreakableProxy;
  readonly admin: Account;
  /** How many streams go on. */
  streams(): Promise<number>;
  /** What the storage has of the file that became this asset. */
  receivedBytes(assetId: string): Promise<Buffer>;
  /** The ids of all assets, oldest first. */
  assetIds(): Promise<string[]>;
  /** How many uploads were begun and not given up, finished ones too. */
  uploads(): Promise<number>;
}

/** The apps as they are shipped, and a browser; for the tests of one file. */
export interface Site {
  readonly browser: Browser;
  /**
   * Serves the apps with an empty library. Each test has its own: a server is started in a fifth of a second. `at` gives
   * it a path of its host, and says so in its settings.
   */
  start(
    t: Test,
    options?: Pick<Parameters<typeof startControlApi>[1] & object, 'queue' | 'settings' | 'tools'> & {
      readonly at?: ProxyPath;
      /** By whom people sign in, who are told where the site is; it says that in its settings then. */
      readonly providers?: (url: string) => Promise<Providers>;
    },
  ): Promise<Api>;
  /** A file of this many random bytes, and its content. */
  videoFile(name: string, bytes: number): Promise<{ readonly path: string; readonly content: Buffer }>;
}

const root = join(import.meta.dirname, '..', '..', '..', '..');

/** Builds the apps when something changed since the last time, and opens a browser, which goes when `t` ends. */
export async function openSite(t: Test): Promise<Site> {
  const folder = t.testdir();
  await ensureWebApps(root, process.execPath);
  const browser = await openBrowser(t);
  return {
    browser,
    start: (t, options = {}) => start(t, options),
    async videoFile(name, bytes) {
      const path = join(folder, name);
      const content = randomBytes(bytes);
      await writeFile(path, content);
      return { path, content };
    },
  };
}

async function start(t: Test, { at, providers, ...options }: Parameters<Site['start']>[1] & object): Promise<Api> {
  const network = await new BreakableProxy('', at).listen(t);
  const media: { origin?: Origin } = {};
  const harness = await startControlApi(t, {
    ...options,
    ...(providers && { providers: await providers(network.url) }),
    settings: {
      uploads: { maxBytes: 40_000_000 },
      accounts: { staffSecondFactor: false },
      ...((at || providers) && { server: { publicUrl: network.url } }),
      ...options.settings,
    },
    bypass: (request, response) => media.origin?.handle(request, response) ?? false,
  });
  const { config, storage, sessions, events, clock, db } = harness;
  const origin = (media.origin = createOrigin({
    clients: { perSession: 0, trustProxy: false },
    secure: false,
    readAhead: false,
    config: config.origin,
    storage,
    sessions,
    events,
    keyring: harness.playbackKeyring,
    pictureKeyring: harness.keyrings.pictures,
    clock,
    logger: createLogger({ level: 'silent' }),
    registry: new Registry(),
  }));
  t.teardown(() => origin.close());
  network.target = await harness.listen();
  const admin = await harness.addAccount('super_admin', people.admin.email);
  await harness.addAccount('viewer', people.viewer.email);
  return {
    ...harness,
    url: network.url,
    namedUrl: network.url.replace('127.0.0.1', 'localhost'),
    network,
    admin,
    streams: async () => (await sessions.list({})).length,
    async receivedBytes(assetId) {
      const asset = await db
        .selectFrom('assets')
        .select('source_key')
        .where('id', '=', assetId)
        .executeTakeFirstOrThrow();
      return storage.read(asset.source_key);
    },
    assetIds: async () =>
      (await db.selectFrom('assets').select('id').where('state', '!=', 'deleted').orderBy('id').execute()).map(
        ({ id }) => id,
      ),
    uploads: async () =>
      (await db.selectFrom('uploads').select('id').where('state', 'in', ['receiving', 'finished']).execute()).length,
  };
}
