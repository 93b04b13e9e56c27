import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyContextConfig } from 'fastify';
import { Registry } from 'prom-client';
import type { Test } from 'tap';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import type { Database, OpenDatabase } from '../../server/db/port.ts';
import type { Role } from '../../server/kit/permissions.ts';
import type { HttpApp } from '../../server/http/http-app.ts';
import { createHttpApp, type HttpAppOptions } from '../../server/http/application.ts';
import { AssetLifecycle } from '../../server/assets/lifecycle.ts';
import { createLogger, type Logger } from '../../server/kit/logger.ts';
import { Notices } from '../../server/kit/notices.ts';
import { publicPath } from '../../server/kit/public-address.ts';
import { Scratch } from '../../server/kit/scratch.ts';
import type { ListedKeyring, SigningKey } from '../../server/keys/port.ts';
import { MemoryEvents } from '../../server/events/memory.ts';
import { DatabaseOutbox } from '../../server/outbox/database.ts';
import type { DurableEventName, Outbox } from '../../server/outbox/port.ts';
import { FolderMailer } from '../../server/mail/folder.ts';
import type { KeptMails, Mailer } from '../../server/mail/port.ts';
import { DatabaseCounters } from '../../server/limits/database.ts';
import { MemoryLimits } from '../../server/limits/memory.ts';
import type { Limits } from '../../server/limits/port.ts';
import type { JobQueue } from '../../server/queue/port.ts';
import { postgresSearch } from '../../server/search/postgres.ts';
import { sqliteSearch } from '../../server/search/sqlite.ts';
import { isPostgres } from '../../server/db/dialect.ts';
import { MemorySessions } from '../../server/sessions/memory.ts';
import type { SessionStore } from '../../server/sessions/port.ts';
import { DiskStorage } from '../../server/storage/disk.ts';
import type { Storage } from '../../server/storage/port.ts';
import { createFakeClock, type FakeClock } from '../../server/testing/fake-clock.ts';
import { Rows } from '../../server/testing/rows.ts';
import { openTestDatabase } from '../../server/testing/test-database.ts';
import { signAccessToken } from '../sign-in/access-tokens.ts';
import type { Providers } from '../sign-in/providers/open.ts';
import { hashPassword } from '../sign-in/passwords/passwords.ts';
import { registerControlApi, type ControlApi } from '../app.ts';
import type { ControlApiDeps } from '../deps.ts';
import { holdAnswersToSchemas } from './answers.ts';
import { holdStaffToScopes } from './asked-scopes.ts';
import { holdWritesToAudit } from './audited-writes.ts';
import { NotingBus, NotingQueue } from './doubles.ts';

export const password = 'correct horse battery staple';
const passwordHash = hashPassword(password);

/** Keys in memory; `rotate` makes a new one and forgets none. */
function memoryKeyring(): ListedKeyring & { rotate(): void } {
  const make = (): SigningKey => ({ kid: randomBytes(6).toString('base64url'), secret: randomBytes(32) });
  const keys = [make()];
  return {
    get current() {
      return keys.at(-1) as SigningKey;
    },
    find: (kid) => keys.find((key) => key.kid === kid),
    get kids() {
      return keys.map(({ kid }) => kid);
    },
    rotate: () => {
      keys.push(make());
    },
  };
}

export interface Account {
  readonly id: string;
  readonly email: string;
}

/** A route, with what it declares. */
type Route = FastifyContextConfig & { readonly method: string; readonly url: string };

export interface Harness {
  readonly app: HttpApp;
  readonly controlApi: ControlApi;
  readonly config: Config;
  readonly db: Database;
  /** Makes rows in it. */
  readonly rows: Rows;
  readonly storage: Storage;
  /** Unless another one was given. */
  readonly queue: NotingQueue;
  readonly events: NotingBus;
  readonly sessions: SessionStore;
  readonly limits: Limits;
  readonly metrics: Registry;
  readonly lifecycle: AssetLifecycle;
  readonly outbox: Outbox;
  readonly mailer: Mailer;
  /** What it kept, unless another mailer was given. */
  readonly keptMails: KeptMails;
  readonly scratch: Scratch;
  readonly clock: FakeClock;
  readonly accessKeyring: ReturnType<typeof memoryKeyring>;
  readonly playbackKeyring: ReturnType<typeof memoryKeyring>;
  /** All of them, for another harness that is to be a process beside this one. */
  readonly keyrings: NonNullable<HarnessOptions['keyrings']>;
  /** Every route there is, with what it declares. */
  readonly routes: readonly Route[];
  /** Every line that was logged, as it would be on standard output. */
  readonly logs: string[];
  /** Listens on a free port, unless it does, and returns the URL, without a trailing slash. */
  listen(): Promise<string>;
  /** Makes an account with the password above. */
  addAccount(role: Role, email?: string): Promise<Account>;
  /** An `authorization` header of a fresh sign-in with a second factor. */
  signIn(account: Pick<Account, 'id'>): Promise<string>;
  /** Both of the above. */
  as(role: Role): Promise<Account & { readonly authorization: string }>;
  /** Runs an upkeep task once, now; returns what it returns, of which the caller says what that is. */
  upkeep<T = unknown>(name: string, signal?: AbortSignal): Promise<T>;
  /** The subjects of the durable events of a name, in the order of recording. */
  recorded(name: DurableEventName): Promise<readonly string[]>;
  /** Stops this one; the folder and its database stay until the test ends, so that another harness can start on them. */
  stop(): Promise<void>;
}

export interface HarnessOptions {
  readonly folder?: string;
  /** Instead of the one that belongs to the folder. */
  readonly database?: OpenDatabase;
  readonly settings?: Record<string, unknown>;
  /** Shared with another harness, as two processes would. */
  readonly limits?: Limits;
  /** Instead of sessions in memory. */
  readonly sessions?: SessionStore;
  /** Instead of one that only notes what is asked of it. */
  readonly queue?: (parts: { readonly db: Database; readonly clock: FakeClock; readonly logger: Logger }) => JobQueue;
  /** Replaces parts of the storage, e.g. how much is free. */
  readonly storage?: (storage: Storage) => Storage;
  readonly keyrings?: {
    readonly access: ReturnType<typeof memoryKeyring>;
    readonly playback: ReturnType<typeof memoryKeyring>;
    readonly secrets: ReturnType<typeof memoryKeyring>;
    readonly pictures: ReturnType<typeof memoryKeyring>;
  };
  readonly webRoot?: string;
  readonly trustProxy?: boolean;
  /** By whom people sign in, instead of those that the settings name. */
  readonly providers?: Providers;
  /** Instead of one that keeps mails in the folder. */
  readonly mailer?: Mailer;
  /** External programs, to be shown to operators. */
  readonly tools?: ControlApiDeps['tools'];
  /** Answers requests itself, e.g. those of the origin; false for those that it does not know. */
  readonly bypass?: HttpAppOptions['bypass'];
}

/** The control API on a real database and a real disk storage, with a clock that tests move. */
export async function startControlApi(t: Test, options: HarnessOptions = {}): Promise<Harness> {
  // Not `t.testdir()`, which goes before what is stopped here: mails may still be written.
  const own = options.folder === undefined ? await mkdtemp(path.join(tmpdir(), 'dramabox-control-api-')) : undefined;
  const folder = options.folder ?? (own as string);
  const config = loadConfig({ overrides: { dataDir: folder, storage: { minFreeBytes: 0 }, ...options.settings } });
  const database = options.database ?? (await openTestDatabase(path.join(folder, 'dramabox.db')));
  if (options.database) await database.migrate();
  const { db } = database;
  const disk = new DiskStorage({ path: path.join(folder, 'storage') });
  const storage = options.storage?.(disk) ?? disk;
  const scratch = await Scratch.open(path.join(folder, 'scratch'));
  const logs: string[] = [];
  const logger = createLogger({
    level: 'trace',
    destination: {
      write: (line) => {
        logs.push(line);
      },
    },
  });
  const clock = createFakeClock(Date.now());
  const rows = new Rows(db, clock);
  const [queue, events] = [new NotingQueue(), new NotingBus({ logger })];
  const jobs = options.queue?.({ db, clock, logger }) ?? queue;
  const sessions = options.sessions ?? new MemorySessions({ clock });
  const limits = options.limits ?? new MemoryLimits();
  // With a bus of its own: what is published on the other one is what features say.
  const hints = new MemoryEvents({ logger });
  const lastingCounters = new DatabaseCounters({ db, clock });
  const outbox = new DatabaseOutbox({ db, leases: limits.leases, events: hints, clock, logger });
  const lifecycle = new AssetLifecycle({ db, outbox, events, clock, logger });
  const keyrings = options.keyrings ?? {
    access: memoryKeyring(),
    playback: memoryKeyring(),
    secrets: memoryKeyring(),
    pictures: memoryKeyring(),
  };
  const { access: accessKeyring, playback: playbackKeyring } = keyrings;
  const notices = new Notices({ logger, clock });
  const sender = { address: config.mail.senderAddress, name: config.mail.senderName };
  const kept = new FolderMailer({ folder: path.join(folder, 'mail'), sender, clock });
  const mailer = options.mailer ?? kept;
  // Before anything is started: what does not start is closed as well, and leaves no folder.
  const started: { app?: HttpApp; controlApi?: ControlApi } = {};
  let stopped: Promise<void> | undefined;
  const stop = () =>
    (stopped ??= (async () => {
      const background = started.controlApi?.background;
      // What is in hand ends, e.g. a mail that is being written; by force where it hangs.
      await Promise.race([background?.stop({ force: false }), delay(1000, undefined, { ref: false })]);
      await background?.stop({ force: true });
      await kept.close();
      started.app?.server.closeAllConnections();
      await started.app?.close();
      await jobs.close();
      await sessions.close();
      await outbox.close();
      await limits.close();
      await hints.close();
      await events.close();
      await scratch.close();
      await database.close();
    })());
  const stopAndClear = async () => {
    await stop();
    if (own !== undefined) await rm(own, { recursive: true, force: true });
  };
  t.teardown(stopAndClear);
  const app = await createHttpApp({
    logger,
    clock,
    notices,
    trustProxy: options.trustProxy ?? false,
    publicUrl: config.server.publicUrl,
    publicPaths: [publicPath(config.server.publicUrl)],
    ...(options.bypass === undefined ? {} : { bypass: options.bypass }),
  });
  started.app = app;
  holdAnswersToSchemas(app);
  holdWritesToAudit(app);
  holdStaffToScopes(app);
  const routes: Route[] = [];
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) routes.push({ ...route.config, method, url: route.url });
  });
  const metrics = new Registry();
  const controlApi = await registerControlApi(app, {
    config,
    db,
    lifecycle,
    storage,
    queue: jobs,
    sessions,
    search: isPostgres(db as never) ? postgresSearch({ db }) : sqliteSearch({ db }),
    events,
    limits,
    lastingCounters,
    outbox,
    mailer,
    keptMails: options.mailer ? undefined : kept,
    scratch,
    accessKeyring,
    playbackKeyring,
    secretsKeyring: keyrings.secrets,
    picturesKeyring: keyrings.pictures,
    clock,
    logger,
    metrics,
    notices,
    tools: options.tools ?? [],
    ...(options.providers === undefined ? {} : { providers: options.providers }),
    ...(options.webRoot === undefined ? {} : { webRoot: options.webRoot }),
  });
  started.controlApi = controlApi;
  await app.ready();

  const harness: Harness = {
    app,
    controlApi,
    config,
    db,
    rows,
    storage,
    queue,
    events,
    sessions,
    limits,
    metrics,
    lifecycle,
    outbox,
    mailer,
    keptMails: kept,
    scratch,
    clock,
    accessKeyring,
    playbackKeyring,
    keyrings,
    routes,
    logs,
    stop,
    async listen() {
      if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 });
      return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    },
    async addAccount(role, email = `${role}-${randomBytes(4).toString('hex')}@example.com`) {
      const { id } = await rows.account({ email, role, password_hash: await passwordHash });
      return { id, email };
    },
    async signIn({ id }) {
      // As a sign-in would leave it, without the quarter of a second that a password costs.
      const { id: familyId } = await rows.signIn({
        account_id: id,
        proofs: 'password,totp',
        expires_at: clock.now() + config.accounts.refreshTokenDays * 86_400_000,
      });
      return `Bearer ${signAccessToken({ accountId: id, familyId }, { keyring: accessKeyring, clock, seconds: config.accounts.accessTokenSeconds })}`;
    },
    async upkeep<T>(name: string, signal = new AbortController().signal) {
      const task = controlApi.background.upkeep.find((each) => each.name === name);
      if (!task) throw new Error(`There is no upkeep task ${name}`);
      return (await task.run(signal)) as T;
    },
    async recorded(name) {
      const found = db.selectFrom('outbox_events').select('subject').where('name', '=', name).orderBy('id');
      return (await found.execute()).map(({ subject }) => subject);
    },
    async as(role) {
      const account = await harness.addAccount(role);
      return { ...account, authorization: await harness.signIn(account) };
    },
  };
  return harness;
}
