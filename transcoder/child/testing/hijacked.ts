/*
 * A media program that a file has taken over, as the tests play it: it tries one attack and says on standard error what
 * it got. It imports nothing of ours, for it runs where nothing of the checkout is seen; what to do is written into a
 * copy of it, in place of `TARGET`. It must do no harm where it is not confined: what is not the test's own is only
 * read, or asked whether it could be written.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  accessSync,
  appendFileSync,
  chmodSync,
  constants,
  linkSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { connect, type NetConnectOpts } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface Target {
  readonly attack: string;
  /** Stands in the command line of the server. */
  readonly mark: string;
  /** Seconds, by which the children of the program are known. */
  readonly sleep: string;
  readonly data: string;
  readonly job: string;
  readonly source: string;
  /** Files of the server that hold secrets. */
  readonly secrets: readonly string[];
  /** Files that are none of its business. */
  readonly others: readonly string[];
  /** Folders that it must not write to. */
  readonly folders: readonly string[];
  /** Stands in the server's environment. */
  readonly secret: string;
  readonly pid: number;
  readonly port: number;
  readonly socket: string;
}

const target = JSON.parse('TARGET') as Target;

const say = (what: string, got: string | number): void => {
  writeSync(2, `${what}: ${got}\n`);
};
const codeOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
};
/** `work` says whether it got what it wanted; nothing means yes. */
const attempt = (what: string, work: () => unknown): void => {
  try {
    say(what, work() === false ? 'no' : 'DONE');
  } catch (error) {
    say(what, `no (${codeOf(error)})`);
  }
};
const attemptToConnect = async (what: string, options: NetConnectOpts): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(options, () => resolve('DONE'));
  socket.on('error', (error) => resolve(`no (${codeOf(error)})`));
  say(what, await promise);
  socket.destroy();
};
const someProcess = (is: (pid: string) => boolean): boolean =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      try {
        return is(pid);
      } catch {
        return false;
      }
    });
const start = (...[command = '', ...args]: string[]): ChildProcess =>
  spawn(command, args, { stdio: 'ignore' }).on('error', () => undefined);
const at = (name: string): string => path.join(target.job, name);

async function look(): Promise<void> {
  for (const file of [...target.secrets, ...target.others])
    attempt(`read ${path.basename(file)}`, () => readFileSync(file).length > 0);
  for (const file of target.secrets) attempt(`write ${path.basename(file)}`, () => appendFileSync(file, 'mine'));
  attempt('read the source', () => readFileSync(target.source, 'utf8') === 'source');
  attempt('write the source', () => appendFileSync(target.source, 'mine'));
  attempt('write its job', () => writeFileSync(at('made'), 'x'));
  for (const folder of target.folders) attempt(`write into ${folder}`, () => accessSync(folder, constants.W_OK));
  attempt('write its program', () => accessSync(import.meta.filename, constants.W_OK));
  attempt('an environment', () => Object.keys(process.env).some((name) => name !== 'PWD'));
  attempt("the server's environment", () => readFileSync(`/proc/${target.pid}/environ`).length > 0);
  attempt("another's environment", () =>
    someProcess((pid) => readFileSync(`/proc/${pid}/environ`, 'latin1').includes(target.secret)),
  );
  attempt('list processes', () =>
    someProcess((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(target.mark)),
  );
  attempt('signal the server', () => process.kill(target.pid, 'SIGUSR2'));
  await attemptToConnect('loopback', { port: target.port, host: '127.0.0.1' });
  await attemptToConnect('socket', { path: target.socket });
  await attemptToConnect('abstract socket', { path: `\0${target.mark}` });
  attempt('another namespace', () => spawnSync('/usr/bin/unshare', ['-r', '/usr/bin/true']).status === 0);
  attempt('a device', () => spawnSync('/usr/bin/mknod', [at('disk'), 'c', '1', '3']).status === 0);
  const { stdout } = spawnSync('/usr/bin/setpriv', ['--dump'], { encoding: 'utf8' });
  for (const line of stdout.split('\n').filter((each) => /no_new|capab|bound/i.test(each))) writeSync(2, `${line}\n`);
}

const attacks: Readonly<Record<string, () => unknown>> = {
  look,
  link: () => symlinkSync(target.secrets[0] as string, at('out.ts')),
  'link to a folder': () => symlinkSync(target.data, at('out')),
  'second name': () => {
    writeFileSync(at('a'), '');
    linkSync(at('a'), at('out.ts'));
  },
  pipe: () => spawnSync('/usr/bin/mkfifo', [at('out.ts')]),
  'set-user-id': () => {
    writeFileSync(at('out.ts'), '');
    chmodSync(at('out.ts'), 0o4755);
  },
  'fork bomb': () => {
    const children = Array.from({ length: 300 }, () => start('/usr/bin/sleep', target.sleep));
    say('started', children.filter(({ pid }) => pid).length);
    process.exit(0);
  },
  // Each process stays below what one may have; all together do not.
  memory: async () => {
    for (let n = 0; n < 8; n++) start('/usr/bin/dd', 'if=/dev/zero', 'of=/dev/null', 'bs=100000000');
    await wait(60_000);
  },
  // Each file is small enough.
  disk: async () => {
    for (let n = 0; n < 1000; n++) {
      writeFileSync(at(`f${n}`), Buffer.alloc(1e6));
      await wait(2);
    }
    await wait(60_000);
  },
  'large file': () => {
    attempt('large file', () => writeFileSync(at('large'), Buffer.alloc(60e6)));
  },
  stay: async () => {
    start('/usr/bin/setsid', '/usr/bin/sleep', target.sleep);
    await wait(200);
    process.exit(0);
  },
};

try {
  await attacks[target.attack]?.();
} catch (error) {
  say('failed', codeOf(error));
}
