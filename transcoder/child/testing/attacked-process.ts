/**
 * A server as an attacker would find it, and one attack on it: argument 1 is an `Attack` as JSON. Prints an `Outcome`. A
 * process of its own, so that it can be another user and hold a secret in its environment.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import type { Confinement } from '../confinement.ts';
import { findConfinement } from '../find-confinement.ts';
import { runLimited } from '../limited-process.ts';
import type { Target } from './hijacked.ts';

export interface Attack {
  /** Empty, and the server's. */
  readonly folder: string;
  readonly way: Confinement['way'];
  readonly attack: string;
  /** Stands in the command line of this process. */
  readonly mark: string;
  /** Seconds, by which its children are known. */
  readonly sleep: string;
}

export interface Outcome {
  readonly confinement: Confinement;
  /** What the program said that it got, by what it tried. */
  readonly said: Readonly<Record<string, string>>;
  /** What the run threw, if anything. */
  readonly thrown: string;
  readonly signals: number;
  readonly connections: number;
  /** Whether the server's files are as they were. */
  readonly untouched: boolean;
  /** The user whose files the program makes. */
  readonly uid: number | undefined;
}

const { folder, way, attack, mark, sleep } = JSON.parse(process.argv[2] ?? '') as Attack;
const data = path.join(folder, 'data');
const scratch = path.join(data, 'scratch');
const job = path.join(scratch, 'job');
mkdirSync(job, { recursive: true });
chmodSync(data, 0o700);
const secrets = ['keys.json', 'dramabox.db', 'dramabox.yaml'].map((name) => path.join(data, name));
for (const file of secrets) writeFileSync(file, 'secret', { mode: 0o600 });
const source = path.join(scratch, 'source');
writeFileSync(source, 'source', { mode: 0o600 });

let signals = 0;
process.on('SIGUSR2', () => signals++);
let connections = 0;
const listen = async (options: { readonly port: number; readonly host: string } | { readonly path: string }) => {
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  }).unref();
  await new Promise<void>((resolve) => server.listen(options, resolve));
  return server.address();
};
const address = await listen({ port: 0, host: '127.0.0.1' });
const socket = path.join(data, 's');
await listen({ path: socket });
await listen({ path: `\0${mark}` });

const program = path.join(folder, 'program', 'ffmpeg.mts');
mkdirSync(path.dirname(program));
const target: Target = {
  attack,
  mark,
  sleep,
  data,
  job,
  source,
  secrets,
  others: ['/etc/passwd', '/etc/shadow', path.resolve(import.meta.dirname, '../../../package.json')],
  folders: ['/', '/tmp', '/dev', '/dev/shm', '/etc', '/usr/lib', '/usr/bin', scratch, path.dirname(program)],
  secret: 'hunter2',
  pid: process.pid,
  port: address !== null && typeof address === 'object' ? address.port : 0,
  socket,
};
const script = readFileSync(path.join(import.meta.dirname, 'hijacked.ts'), 'utf8');
writeFileSync(
  program,
  `#!${process.execPath}\n${script.replace("'TARGET'", () => JSON.stringify(JSON.stringify(target)))}`,
);
chmodSync(program, 0o755);

const confinement = await findConfinement({ ways: [way], folders: [path.dirname(process.execPath)] });
let stderr = '';
let thrown = '';
try {
  ({ stderr } = await runLimited({
    command: program,
    args: [],
    reads: [source],
    writes: [job],
    confinement,
    wallMs: 120_000,
    outputBytes: 1_000_000,
    processes: 60,
    memoryBytes: 500_000_000,
    writtenBytes: 100_000_000,
    fileBytes: 50_000_000,
  }));
} catch (error) {
  thrown = String(error);
}
// Signals and connections arrive in turns of the loop.
await new Promise((resolve) => setTimeout(resolve, 50));
const made = path.join(job, 'made');
const lines = stderr.split('\n').filter((line) => line.includes(': '));
const outcome: Outcome = {
  confinement,
  said: Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
  ),
  thrown,
  signals,
  connections,
  untouched:
    secrets.every((file) => readFileSync(file, 'utf8') === 'secret') && readFileSync(source, 'utf8') === 'source',
  uid: existsSync(made) ? statSync(made).uid : undefined,
};
console.log(JSON.stringify(outcome));
process.exit(0);
