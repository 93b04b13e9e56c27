import { namedLadders } from '../../config/sections/encode.ts';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { secretsIn, type Config } from '../../config/schema.ts';
import { usesRedis } from '../../config/sections/redis.ts';
import { builtFolder, webApps } from '../../control-api/web/apps.ts';
import { loadLadder } from '../../transcoder/ladder/ladder-file.ts';
import { confinementOptions, findTools, inspectTools } from '../../transcoder/tools.ts';
import { noticeOfEviction, openRedis } from '../boot/redis.ts';
import { openDatabase } from '../boot/database.ts';
import { describeOpen, privatePlaces } from '../boot/private-places.ts';
import { noticeOfUnsent, openMail } from '../boot/mail.ts';
import { openStorage } from '../boot/storage.ts';
import { systemClock } from '../kit/clock.ts';
import { toError } from '../kit/errors.ts';
import { findOpen } from '../kit/file-modes.ts';
import { defineCommand } from './command.ts';
import { createLogger, withoutSecrets } from '../kit/logger.ts';
import {
  examineDatabase,
  examineFolder,
  examineNode,
  examineStorage,
  examineTools,
  examineWebApps,
  exitCodeOf,
  renderFindings,
  type Finding,
} from './examinations.ts';

/** The database where there is one already: looking must not make it. */
async function database(config: Config): Promise<Finding> {
  const { kind } = config.database;
  if (kind === 'sqlite' && !existsSync(config.database.path))
    return examineFolder('database', path.dirname(config.database.path), 'database.path');
  try {
    const opened = openDatabase(config, createLogger({ level: 'silent', pretty: false, secrets: secretsIn(config) }));
    try {
      return await examineDatabase(kind, opened);
    } finally {
      await opened.close();
    }
  } catch (error) {
    return { name: 'database', status: 'missing', detail: `${kind} cannot be opened: ${toError(error).message}` };
  }
}

async function storage(config: Config): Promise<Finding> {
  const { kind, minFreeBytes } = config.storage;
  if (kind === 'disk' && !existsSync(config.storage.path))
    return examineFolder('storage', config.storage.path, 'storage.path');
  try {
    const opened = openStorage(config);
    try {
      return await examineStorage(kind, opened, minFreeBytes);
    } finally {
      await opened.close();
    }
  } catch (error) {
    return { name: 'storage', status: 'missing', detail: `${kind} cannot be opened: ${toError(error).message}` };
  }
}

async function redis(config: Config): Promise<Finding> {
  if (!usesRedis(config))
    return { name: 'Redis', status: 'ok', detail: 'not configured, and not needed by the embedded defaults' };
  const logger = createLogger({ level: 'silent', pretty: false, secrets: secretsIn(config) });
  try {
    const connections = await openRedis(config.redis, logger);
    try {
      const notice = await noticeOfEviction(connections);
      return notice
        ? { name: 'Redis', status: 'warning', detail: notice.detail }
        : { name: 'Redis', status: 'ok', detail: 'answers' };
    } finally {
      await connections.close();
    }
  } catch (error) {
    return { name: 'Redis', status: 'missing', detail: toError(error).message };
  }
}

async function mail(config: Config): Promise<Finding> {
  const unsent = noticeOfUnsent(config);
  if (unsent) return { name: 'mail', status: 'warning', detail: unsent.detail };
  if (config.mail.kind === 'folder') return { name: 'mail', status: 'ok', detail: 'kept in a folder, for you to read' };
  const { mailer } = openMail(config, systemClock);
  try {
    await mailer.check();
    return { name: 'mail', status: 'ok', detail: 'the mail server takes ours' };
  } catch (error) {
    return { name: 'mail', status: 'warning', detail: toError(error).message };
  } finally {
    await mailer.close();
  }
}

/** Asked first: opening the database and the storage closes them. */
function fileModes(config: Config): Finding {
  const open = findOpen(privatePlaces(config));
  return open.length === 0
    ? { name: 'file modes', status: 'ok', detail: 'only the server itself can open its files' }
    : {
        name: 'file modes',
        status: 'warning',
        detail: `${describeOpen(open)}. The next start closes them where it may`,
      };
}

async function ladder(name: string, file: string): Promise<Finding> {
  return loadLadder(file).then(
    ({ video }) => ({ name, status: 'ok', detail: `${video.length} rungs, ${file}` }) as const,
    (error: unknown) => ({ name, status: 'missing', detail: toError(error).message }) as const,
  );
}

/** Says what was found and what is missing; changes nothing. Returns 1 when something necessary is missing. */
async function examine(config: Config): Promise<number> {
  const reports = await inspectTools(config.tools);
  const capabilities = await findTools(config.tools, {
    inspected: reports,
    confinement: confinementOptions(config),
  }).catch(toError);
  const findings = [
    examineNode(process.versions.node),
    ...examineTools(reports, capabilities, config.media.confinement),
    await ladder('ladder', config.encode.ladder),
    ...(await Promise.all(
      [...namedLadders(config.encode.ladders)].map(([name, file]) => ladder(`ladder ${name}`, file)),
    )),
    await examineFolder('data folder', config.dataDir, 'dataDir'),
    fileModes(config),
    await database(config),
    await storage(config),
    await redis(config),
    await mail(config),
    await examineWebApps(webApps.map((app) => ({ name: app.name, built: builtFolder(app) }))),
  ];
  console.log(withoutSecrets(renderFindings(findings), secretsIn(config)));
  const code = exitCodeOf(findings);
  console.log(code === 0 ? '\nReady.' : '\nWhat is marked missing is needed before the server can work.');
  return code;
}

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'say what was found and what is missing',
  options: {},
  run: examine,
});
