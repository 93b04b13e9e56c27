import path from 'node:path';
import { loadConfig } from '../../config/load.ts';
import { ConfigError } from '../../config/config-error.ts';
import { runChild, startChild } from '../runner/child-process.ts';
import type { Releasers } from '../runner/releasers.ts';
import { BenchError } from '../runner/bench-error.ts';
import { ApiClient } from './api-client.ts';

const main = path.join(import.meta.dirname, '../../server/main.ts');

/** Options by the names that they have in the environment, e.g. `DRAMABOX_ORIGIN_CACHE_BYTES`. */
export type Settings = Readonly<Record<string, string>>;

/** A Dramabox that the bench started for itself: one process, a data folder of its own, a free port. */
export interface OwnInstallation {
  readonly url: string;
  readonly pid: number;
  /** Everything that it keeps on disk. */
  readonly folder: string;
  readonly administrator: ApiClient;
  /** What its administrator signs in with. */
  readonly credentials: { readonly email: string; readonly password: string };
  stop(): Promise<void>;
}

/**
 * What the server is started with: nothing of this machine's own configuration but where programs are, so that a figure
 * says the same everywhere.
 */
function environmentWith(settings: Settings): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('DRAMABOX_') || name.startsWith('DRAMABOX_TOOLS_'),
  );
  return { ...Object.fromEntries(kept), ...settings };
}

/** Whether this build knows these settings: an engine that is not built in is one of them that is refused. */
export function knowsSettings(settings: Settings): boolean {
  try {
    loadConfig({ environment: environmentWith(settings) });
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

/**
 * For measurements: nobody is refused for asking often, nobody signs in again, nothing is collected meanwhile, and nothing
 * is given up because the machine is busy: that shows in the figures.
 */
const forMeasurements: Settings = {
  DRAMABOX_SERVER_PORT: '0',
  DRAMABOX_LOG_LEVEL: 'info',
  DRAMABOX_PLAYBACK_STARTS_PER_MINUTE: '10000',
  DRAMABOX_PLAYBACK_STREAMS_PER_ACCOUNT: '0',
  DRAMABOX_ACCOUNTS_ACCESS_TOKEN_SECONDS: '86400',
  DRAMABOX_ACCOUNTS_STAFF_SECOND_FACTOR: 'false',
  DRAMABOX_COLLECTION_INTERVAL_SECONDS: '86400',
  DRAMABOX_MEDIA_PROBE_TIMEOUT_SECONDS: '3600',
  DRAMABOX_ENCODE_STALL_SECONDS: '3600',
  // As the peers run.
  DRAMABOX_ENCODE_NICENESS: '0',
};

/** pino's number for `error`. */
const errorLevel = 50;

function listeningAt(line: string): string | undefined {
  try {
    const record = JSON.parse(line) as { msg?: string; url?: string };
    return record.msg === 'listening' ? record.url : undefined;
  } catch {
    return undefined; // Not a line of the log.
  }
}

/** Passes on what a server says when it fails: its log goes with its folder. */
function passOnErrors(line: string): void {
  try {
    if (((JSON.parse(line) as { level?: number }).level ?? 0) >= errorLevel) console.error(`Dramabox: ${line}`);
  } catch {
    // Not a line of the log.
  }
}

/**
 * Starts a server as an operator does (`node server/main.ts serve`), with an administrator of its own.
 * @param folder for its data; made when it is not there
 */
export async function startOwn(options: {
  readonly folder: string;
  readonly settings?: Settings;
  readonly releasers: Releasers;
}): Promise<OwnInstallation> {
  const { folder, releasers } = options;
  const environment = environmentWith({ ...forMeasurements, DRAMABOX_DATA_DIR: folder, ...options.settings });
  const email = 'bench@dramabox.local';
  // Where no ./dramabox.yaml is that would be taken.
  const common = { command: process.execPath, environment, folder: path.dirname(folder), releasers };
  const made = await runChild({ ...common, name: 'admin create', args: [main, 'admin', 'create', '--email', email] });
  const password = /with password (\S+)/.exec(made)?.[1];
  if (password === undefined) throw new BenchError('No administrator was made');
  const server = await startChild({
    ...common,
    name: 'Dramabox',
    args: [main, 'serve'],
    ready: listeningAt,
    heard: passOnErrors,
  });
  return {
    url: server.ready,
    pid: server.pid,
    folder,
    administrator: await ApiClient.signIn(server.ready, email, password),
    credentials: { email, password },
    stop: () => server.stop(),
  };
}
