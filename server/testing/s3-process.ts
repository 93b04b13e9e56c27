import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from './free-port.ts';
import { until } from './until.ts';

const programs = ['ceph-authtool', 'monmaptool', 'ceph-mon', 'ceph', 'ceph-osd', 'radosgw-admin', 'radosgw'] as const;
type Program = (typeof programs)[number];

/** Where a server answers, and who may ask it. */
export interface S3Endpoint {
  readonly endpoint: string;
  readonly region: string;
  readonly pathStyle: boolean;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The most that all objects of a server may take of the memory, in bytes. */
const memoryBytes = 2 * 1024 ** 3;

const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/bin', '/usr/sbin'];

/** Which of Ceph's programs are missing; with none missing the server can be started. */
export function missingPrograms(): readonly string[] {
  return programs.filter((program) => !folders.some((folder) => existsSync(path.join(folder, program))));
}

const run = promisify(execFile);

/**
 * A real S3 server: Ceph's object gateway over one monitor and one store that keeps everything in memory, on loopback.
 * It checks signatures, conditions, parts and policies like the large ones do. Its folder may be of any user.
 */
export class S3Process {
  readonly #folder: string;
  #ports: { readonly gateway: number; readonly monitor: number } | undefined;
  readonly #children = new Map<Program, ChildProcess>();

  /** `folder`: made anew, short (sockets lie in it). */
  constructor(folder: string) {
    this.#folder = folder;
  }

  get endpoint(): S3Endpoint {
    return {
      endpoint: `http://127.0.0.1:${this.#ports?.gateway}`,
      region: 'us-east-1',
      pathStyle: true,
      accessKeyId: 'TESTKEY',
      secretAccessKey: 'TESTSECRET',
    };
  }

  #path(...parts: string[]): string {
    return path.join(this.#folder, ...parts);
  }

  async #run(program: Program, ...args: string[]): Promise<void> {
    await run(program, args, { timeout: 120_000, env: { ...process.env, CEPH_CONF: this.#path('ceph.conf') } });
  }

  /** Starts a part in the foreground, so that it ends with this process. */
  #spawn(program: Program, ...args: string[]): ChildProcess {
    const wrapper = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL'] : [];
    const [command = '', ...rest] = [...wrapper, program, '-c', this.#path('ceph.conf'), '-f', ...args];
    const child = spawn(command, rest, { stdio: 'ignore' });
    child.on('error', () => undefined);
    this.#children.set(program, child);
    return child;
  }

  /** Starts the whole, empty. About 12 seconds on a quiet machine. */
  async start(): Promise<void> {
    const [gateway = 0, monitor = 0] = await freePorts(2);
    this.#ports = { gateway, monitor };
    for (const name of ['mon', 'osd0', 'run']) mkdirSync(this.#path(name), { recursive: true });
    const fsid = '11111111-2222-4333-8444-555555555555';
    const keyring = this.#path('keyring');
    writeFileSync(this.#path('ceph.conf'), configuration(this.#folder, fsid, gateway, monitor));
    const caps = (rights: Readonly<Record<string, string>>) =>
      Object.entries(rights).flatMap(([part, right]) => ['--cap', part, right]);
    await this.#run(
      'ceph-authtool',
      '--create-keyring',
      keyring,
      '--gen-key',
      '-n',
      'mon.',
      ...caps({ mon: 'allow *' }),
    );
    const admin = caps({ mon: 'allow *', osd: 'allow *', mgr: 'allow *' });
    await this.#run('ceph-authtool', keyring, '--gen-key', '-n', 'client.admin', ...admin);
    await this.#run(
      'ceph-authtool',
      keyring,
      '--gen-key',
      '-n',
      'osd.0',
      ...caps({ mon: 'allow profile osd', osd: 'allow *' }),
    );
    const map = this.#path('monmap');
    await this.#run('monmaptool', '--create', '--fsid', fsid, '--addv', 'a', `v2:127.0.0.1:${monitor}`, map);
    const conf = ['-c', this.#path('ceph.conf')];
    await this.#run('ceph-mon', ...conf, '-i', 'a', '--mkfs', '--monmap', map, '--keyring', keyring);
    this.#spawn('ceph-mon', '-i', 'a');
    await this.#run('ceph', ...conf, 'osd', 'create');
    await this.#run('ceph-osd', ...conf, '-i', '0', '--mkfs', '--keyring', keyring);
    this.#spawn('ceph-osd', '-i', '0');
    const { accessKeyId, secretAccessKey } = this.endpoint;
    const user = ['--uid=test', '--display-name=test', `--access-key=${accessKeyId}`, `--secret=${secretAccessKey}`];
    await this.#run('radosgw-admin', ...conf, 'user', 'create', ...user);
    await this.#startGateway();
  }

  async #startGateway(): Promise<void> {
    const gateway = this.#spawn('radosgw', '-n', 'client.admin');
    await until(
      'the S3 server answers',
      async () => {
        if (gateway.exitCode !== null) throw new Error(`radosgw ended with ${gateway.exitCode}: ${this.#lastWords()}`);
        return fetch(this.endpoint.endpoint).then(
          async (answer) => {
            await answer.body?.cancel();
            return answer.ok;
          },
          () => false,
        );
      },
      { everyMs: 100 },
    );
  }

  #lastWords(): string {
    const log = this.#path('client.admin.log');
    return existsSync(log) ? readFileSync(log, 'utf8').slice(-2000) : 'it wrote nothing';
  }

  /** Kills everything; nothing of it is kept. */
  async stop(): Promise<void> {
    await Promise.all(
      [...this.#children.values()].map(async (child) => {
        if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }),
    );
  }
}

function configuration(folder: string, fsid: string, gateway: number, monitor: number): string {
  const settings: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
    global: {
      fsid,
      keyring: path.join(folder, 'keyring'),
      'mon host': `v2:127.0.0.1:${monitor}`,
      'public addr': '127.0.0.1',
      'cluster addr': '127.0.0.1',
      'auth cluster required': 'cephx',
      'auth service required': 'cephx',
      'auth client required': 'cephx',
      'run dir': path.join(folder, 'run'),
      'admin socket': path.join(folder, 'run', '$name.asok'),
      'log file': path.join(folder, '$name.log'),
      'osd pool default size': 1,
      'osd pool default min size': 1,
      'osd pool default pg num': 1,
      'osd pool default pg autoscale mode': 'off',
      'osd crush chooseleaf type': 0,
      'mon allow pool size one': 'true',
      'mon warn on pool no redundancy': 'false',
      'mon max pg per osd': 1000,
    },
    'mon.a': { 'mon data': path.join(folder, 'mon') },
    osd: {
      'osd objectstore': 'memstore',
      'memstore device bytes': memoryBytes,
      'osd data': path.join(folder, 'osd0'),
      'osd op num threads per shard': 1,
      'osd op num shards': Math.min(2, availableParallelism()),
    },
    'client.admin': {
      'rgw data': folder,
      'rgw frontends': `beast endpoint=127.0.0.1:${gateway}`,
      'rgw dns name': 'localhost',
      'rgw thread pool size': 64,
    },
  };
  return Object.entries(settings)
    .map(([section, options]) =>
      [`[${section}]`, ...Object.entries(options).map(([name, value]) => `${name} = ${value}`)].join('\n'),
    )
    .join('\n')
    .concat('\n');
}
