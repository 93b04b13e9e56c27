import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Test } from 'tap';
import { loadConfig } from '../../../config/load.ts';
import type { Config } from '../../../config/schema.ts';
import { createFirstAdmin } from '../../../control-api/sign-in/passwords/first-admin.ts';
import { openDatabase } from '../../boot/database.ts';
import { openStorage } from '../../boot/storage.ts';
import { createLogger } from '../../kit/logger.ts';
import type { Storage } from '../../storage/port.ts';
import { startPostgres } from '../../testing/postgres.ts';
import { startRedis, type RedisServer } from '../../testing/redis.ts';
import { startS3 } from '../../testing/s3.ts';
import { Balancer } from './balancer.ts';
import { ServerProcess } from './process.ts';
import { adminEmail, adminPassword } from './server.ts';

export type Role = 'control-api' | 'origin' | 'transcoder';

const roles: readonly Role[] = ['control-api', 'origin', 'transcoder'];

/** An installation of two processes for each role, as an operator would split it: nothing shared but the engines. */
export class Split {
  readonly redis: RedisServer;
  readonly storage: Storage;
  readonly #settings: Record<string, unknown>;
  readonly #dataDir: string;
  readonly #processes = new Map<string, ServerProcess>();
  readonly #balancers: Readonly<Record<'control-api' | 'origin', Balancer>>;

  private constructor(options: {
    readonly redis: RedisServer;
    readonly settings: Record<string, unknown>;
    readonly dataDir: string;
    readonly storage: Storage;
  }) {
    this.redis = options.redis;
    this.storage = options.storage;
    this.#settings = options.settings;
    this.#dataDir = options.dataDir;
    const behind = (role: Role): Balancer => new Balancer(() => this.urls(role));
    this.#balancers = { 'control-api': behind('control-api'), origin: behind('origin') };
  }

  /** Starts engines and processes; all of it is stopped and removed when `t` ends. Undefined when an engine is missing. */
  static async start(t: Test): Promise<Split | undefined> {
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'dramabox-split-'));
    t.teardown(() => rm(dataDir, { recursive: true }));
    const [postgres, redis, s3] = [await startPostgres(t), await startRedis(t), await startS3(t)];
    if (!postgres || !redis || !s3) return undefined;
    const { bucket, prefix } = await s3.createBucket();
    const settings = {
      server: { port: 0, shutdownGraceSeconds: 20 },
      database: { kind: 'postgres', url: await postgres.createDatabase() },
      keys: { kind: 'database', secret: 'a secret that only these processes know' },
      storage: { kind: 's3', minFreeBytes: 0, bucket, prefix, ...s3.endpoint },
      redis: { url: redis.url },
      sessions: { kind: 'redis' },
      events: { kind: 'redis' },
      limits: { kind: 'redis' },
      queue: { kind: 'bullmq', leaseSeconds: 3 },
      encode: { chunkSeconds: 4, firstChunkSeconds: 4, concurrency: 1, niceness: 0 },
      playback: { streamsPerAccount: 0, clientsPerStream: 0 },
      accounts: { staffSecondFactor: false },
    };
    const config = loadConfig({ overrides: { ...settings, dataDir: path.join(dataDir, 'admin') } });
    const split = new Split({ redis, settings, dataDir, storage: openStorage(config) });
    for (const balancer of Object.values(split.#balancers)) await balancer.listen(t);
    const database = openDatabase(config, createLogger({ level: 'silent' }));
    await database.migrate();
    await createFirstAdmin(database.db, { email: adminEmail, password: adminPassword });
    await database.close();
    t.teardown(() => Promise.all([...split.#processes.values()].map((each) => each.end('SIGKILL'))));
    await Promise.all(roles.flatMap((role) => [split.launch(role, 1), split.launch(role, 2)]));
    return split;
  }

  /** Where clients find the control APIs: a balancer. */
  get url(): string {
    return this.#balancers['control-api'].url;
  }

  /** The processes of a role that live, by their own addresses. */
  urls(role: Role): readonly string[] {
    return [1, 2].flatMap((number) => this.#processes.get(`${role} ${number}`)?.url ?? []);
  }

  /** Starts one, also again after a kill, in the folder that it had. */
  async launch(role: Role, number: 1 | 2): Promise<ServerProcess> {
    const server = await ServerProcess.start(this.#configOf(role, number), { role });
    this.#processes.set(`${role} ${number}`, server);
    return server;
  }

  async kill(role: Role, number: 1 | 2): Promise<void> {
    const server = this.#processes.get(`${role} ${number}`);
    this.#processes.delete(`${role} ${number}`);
    await server?.end('SIGKILL');
  }

  /** Stops all of them as an operator does; the exit codes. */
  async stop(): Promise<readonly (number | null)[]> {
    const ending = [...this.#processes.values()].map((each) => each.end('SIGTERM'));
    this.#processes.clear();
    return Promise.all(ending);
  }

  #configOf(role: Role, number: 1 | 2): Config {
    return loadConfig({
      overrides: {
        ...this.#settings,
        dataDir: path.join(this.#dataDir, `${role}-${number}`),
        server: { ...(this.#settings['server'] as object), publicUrl: this.#balancers['control-api'].url },
        origin: { publicUrl: this.#balancers.origin.url, reportSeconds: 1 },
      },
    });
  }
}
