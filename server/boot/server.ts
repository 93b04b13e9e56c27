import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { secretsIn, type Config } from '../../config/schema.ts';
import { registerControlApi, type ControlApi } from '../../control-api/app.ts';
import { recordKeyChange } from '../../control-api/audit-log.ts';
import { createOrigin } from '../../origin/origin.ts';
import { AssetLifecycle } from '../assets/lifecycle.ts';
import { noticesOfConfinement, requireConfinement } from '../../transcoder/child/losses.ts';
import { confinementOptions, findTools, toolVersions } from '../../transcoder/tools.ts';
import { systemClock } from '../kit/clock.ts';
import { registerHealth } from '../http/health.ts';
import { acceptsHosts } from '../http/addressee.ts';
import { createHttpApp } from '../http/application.ts';
import type { Database } from '../db/port.ts';
import { createLogger, type Logger } from '../kit/logger.ts';
import { isSecureHost } from '../http/security-headers.ts';
import { measureRequests } from '../http/metrics.ts';
import { closeToOthers } from '../kit/file-modes.ts';
import { createMetrics, offerDatabase, offerNotices } from '../kit/metrics.ts';
import { Notices } from '../kit/notices.ts';
import { publicPath } from '../kit/public-address.ts';
import { Scratch } from '../kit/scratch.ts';
import { openAdapters } from './adapters.ts';
import { takeDataFolder } from './data-folder.ts';
import { noticeOfOpen, privatePlaces } from './private-places.ts';
import { offerMetrics, openMetricsListener } from './metrics-listener.ts';
import { openKeyrings } from './keyrings.ts';
import { noticeOfUnsent, openMail } from './mail.ts';
import { Releasers, type ReleaseOptions } from './releasers.ts';
import { chooseRoles } from './roles.ts';
import { isWanted, openOriginCache } from './origin-cache.ts';
import { openTranscoder } from './transcoder.ts';

/** A server that listens. */
export interface RunningServer {
  /** Where it answers on this machine, without a trailing slash. */
  readonly url: string;
  /** Where figures are read without an account, when there is a listener for it. */
  readonly metricsUrl: string | undefined;
  readonly logger: Logger;
  readonly db: Database;
  /** Present when this process runs the control API. */
  readonly controlApi: ControlApi | undefined;
  /** Whether a stop was asked for. */
  readonly isStopping: boolean;
  /** Stops taking work, finishes what is in hand, releases everything. */
  stop(): Promise<void>;
  /** The same without waiting for what is in hand; may be called while `stop` waits. */
  force(): Promise<void>;
}

/** A role that has work in hand besides requests; a second stop may force the first. */
interface Working {
  stop(options: ReleaseOptions): Promise<void>;
}

/**
 * The composition root: configuration in, running server out. Everything that is started registers how it is
 * released; a start that fails half-way releases what it had begun.
 */
export async function startServer(config: Config, askedRoles?: readonly string[]): Promise<RunningServer> {
  const roles = chooseRoles(config, askedRoles);
  const logger = createLogger({ level: config.log.level, pretty: config.log.pretty, secrets: secretsIn(config) });
  const releasers = new Releasers();
  try {
    return await compose(config, roles, logger, releasers);
  } catch (error) {
    await releasers.releaseAll({ force: true }, logger).catch(() => undefined);
    throw error;
  }
}

async function compose(
  config: Config,
  roles: ReturnType<typeof chooseRoles>,
  logger: Logger,
  releasers: Releasers,
): Promise<RunningServer> {
  await takeDataFolder(config, releasers);
  const stillOpen = closeToOthers(privatePlaces(config), logger);
  const clock = systemClock;
  const metrics = createMetrics();
  const notices = new Notices({ logger, clock });
  offerNotices(metrics, notices);
  if (stillOpen.length > 0) notices.say(noticeOfOpen(stillOpen));
  const adapters = await openAdapters(config, clock, logger, releasers, { notices, metrics });
  const { search, storage, queue, sessions, events, limits, lastingCounters, outbox } = adapters;
  const { db } = adapters.database;
  offerDatabase(metrics, () => adapters.database.figures());
  const lifecycle = new AssetLifecycle({ db, outbox, events, clock, logger });
  const signing = await openKeyrings({
    config,
    db,
    events,
    clock,
    logger,
    record: (name, kids) => recordKeyChange(db, clock, name, kids),
  });
  const { keyrings } = signing;
  releasers.add('signing keys', () => signing.close());
  const tools = roles.has('transcoder')
    ? await findTools(config.tools, { confinement: confinementOptions(config) })
    : undefined;
  if (tools) {
    requireConfinement(tools.confinement, config.media.confinement);
    for (const notice of noticesOfConfinement(tools.confinement)) notices.say(notice);
  }
  const scratch = await Scratch.open(path.join(config.dataDir, 'scratch'));
  releasers.add('scratch', () => scratch.close());

  const working: Working[] = [];
  const addWorking = (name: string, each: Working): void => {
    working.push(each);
    releasers.add(name, (options) => each.stop(options));
  };

  const origin = roles.has('origin')
    ? createOrigin({
        readAhead: isWanted(config.origin.readAhead, config),
        disk: await openOriginCache(config, { logger, notices }, releasers),
        config: config.origin,
        secure: isSecureHost(config.origin.publicUrl || config.server.publicUrl),
        clients: { perSession: config.playback.clientsPerStream, trustProxy: config.server.trustProxy },
        storage,
        sessions,
        events,
        keyring: keyrings.playback,
        pictureKeyring: keyrings.pictures,
        clock,
        logger,
        registry: metrics,
      })
    : undefined;
  if (origin) releasers.add('origin', () => origin.close());

  const app = await createHttpApp({
    logger,
    trustProxy: config.server.trustProxy,
    mediaOrigins: [config.server.publicUrl, config.origin.publicUrl],
    publicUrl: config.server.publicUrl,
    publicPaths: [publicPath(config.server.publicUrl), publicPath(config.origin.publicUrl)],
    acceptsHost: acceptsHosts({
      publicUrls: [config.server.publicUrl, config.origin.publicUrl],
      hosts: config.server.hosts,
      listensOn: config.server.host,
    }),
    notices,
    secure: isSecureHost(config.server.publicUrl),
    bypass: (request, response) => origin?.handle(request, response) ?? false,
  });
  measureRequests(app, metrics);
  offerMetrics(app, metrics, config.metrics);
  // An origin serves without the database: it must not be taken out of service because that is away.
  const needsDatabase = roles.has('control-api') || roles.has('transcoder');
  registerHealth(app, {
    checks: { ...(needsDatabase ? { database: () => adapters.database.check() } : {}), storage: () => storage.check() },
  });
  const mail = openMail(config, clock);
  const unsent = noticeOfUnsent(config);
  if (unsent && roles.has('control-api')) notices.say(unsent);
  releasers.add('mail', () => mail.mailer.close());
  const controlApi = roles.has('control-api')
    ? await registerControlApi(app, {
        config,
        db,
        lifecycle,
        storage,
        queue,
        sessions,
        events,
        limits,
        lastingCounters,
        search,
        outbox,
        mailer: mail.mailer,
        keptMails: mail.kept,
        scratch,
        accessKeyring: keyrings.access,
        secretsKeyring: keyrings.secrets,
        playbackKeyring: keyrings.playback,
        picturesKeyring: keyrings.pictures,
        clock,
        logger,
        metrics,
        notices,
        tools: tools ? toolVersions(tools) : [],
      })
    : undefined;
  if (controlApi) {
    addWorking('control-api', controlApi.background);
    await controlApi.background.start();
  }
  if (tools) {
    const context = { config, db, lifecycle, storage, queue, events, outbox, limits, clock, logger, scratch, tools };
    addWorking('transcoder', await openTranscoder(context));
  }

  const metricsUrl = await openMetricsListener(config, metrics, logger, releasers);
  await app.listen({ host: config.server.host, port: config.server.port });
  releasers.add('http', async ({ force }) => {
    if (force) app.server.closeAllConnections();
    await app.close();
  });

  const { port } = app.server.address() as AddressInfo;
  const host = ['0.0.0.0', '::'].includes(config.server.host) ? '127.0.0.1' : config.server.host;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  logger.info({ url, roles: [...roles] }, 'listening');

  let stopping: Promise<void> | undefined;
  return {
    url,
    metricsUrl,
    logger,
    db,
    controlApi,
    get isStopping() {
      return stopping !== undefined;
    },
    stop() {
      if (!stopping) {
        // At once, not after the last request: an upload under way must not keep encoders taking new chunks. Whether
        // it went well is seen when its turn comes.
        for (const each of working) each.stop({ force: false }).catch(() => undefined);
        stopping = releasers.releaseAll({ force: false }, logger);
      }
      return stopping;
    },
    async force() {
      app.server.closeAllConnections();
      await Promise.all(working.map((each) => each.stop({ force: true })));
      await (stopping ??= releasers.releaseAll({ force: true }, logger));
    },
  };
}
