import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { BenchError } from '../runner/bench-error.ts';
import { startChild } from '../runner/child-process.ts';
import type { Releasers } from '../runner/releasers.ts';
import { freePort } from './free-port.ts';

/** A Redis server for one run, which keeps nothing. */
export interface RedisServer {
  /** With a password. */
  readonly url: string;
  readonly pid: number;
  /** Commands that it has carried out so far, those inside of scripts included. */
  commands(): Promise<number>;
}

/** The sum of all calls that `INFO commandstats` tells of, but for those that asked for it. */
export function countCommands(info: string): number {
  return [...info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].reduce(
    (sum, [, name = '', calls]) => (/^(info|auth)$/i.test(name) ? sum : sum + Number(calls)),
    0,
  );
}

/** Asks one thing over a connection of its own (RESP2): the answer is one bulk string. */
function ask(port: number, password: string, command: readonly string[]): Promise<string> {
  const encode = (words: readonly string[]): string =>
    `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(encode(['AUTH', password]) + encode(command) + encode(['QUIT']));
    });
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => (answer += text));
    socket.on('error', reject);
    socket.on('close', () => {
      const error = /^-.*/m.exec(answer)?.[0];
      if (error === undefined) resolve(answer);
      else reject(new BenchError(`Redis answered ${error}`));
    });
  });
}

/** Starts a server. @throws BenchError with what it printed when it does not start */
export async function startRedis(folder: string, releasers: Releasers): Promise<RedisServer> {
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const password = randomBytes(16).toString('hex');
  const file = path.join(folder, 'redis.conf');
  const settings = [`port ${port}`, 'bind 127.0.0.1', `dir "${folder}"`, `requirepass ${password}`, 'save ""'];
  // In a file: what stands in a command line is read by everybody on the machine.
  await writeFile(file, [...settings, 'appendonly no', ''].join('\n'), { mode: 0o600 });
  const child = await startChild({
    name: 'redis-server',
    command: 'redis-server',
    args: [file],
    ready: (line) => (line.includes('Ready to accept connections') ? true : undefined),
    releasers,
  });
  return {
    url: `redis://:${password}@127.0.0.1:${port}/0`,
    pid: child.pid,
    commands: async () => countCommands(await ask(port, password, ['INFO', 'commandstats'])),
  };
}
