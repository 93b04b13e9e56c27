import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import type { Test } from 'tap';
import { loadConfig } from '../../config/load.ts';
import { madeOnce } from '../../server/testing/made-once.ts';
import type { FfmpegLimits } from '../encode/run-limits.ts';
import { findTools, type Tools } from '../tools.ts';

/** Clips for tests, made on the spot, and the shared real ones. */
export const silent = pino({ level: 'silent' });
export const defaults = loadConfig();

/** More than any run of a test takes. */
export const ample: FfmpegLimits = {
  memoryBytes: 4 * 1024 ** 3,
  cpuSeconds: 3600,
  fileBytes: 10 * 1024 ** 3,
  writtenBytes: 10 * 1024 ** 3,
  processes: 512,
};

let found: Promise<Tools> | undefined;
/** The installed programs, looked for once per test file. */
export const tools = (): Promise<Tools> => (found ??= findTools(defaults.tools));

const run = promisify(execFile);

/** Runs the installed ffmpeg; what it writes to standard output comes back as bytes. */
export async function ffmpeg(...args: readonly string[]): Promise<Buffer> {
  const { ffmpeg: tool } = await tools();
  const { stdout } = await run(tool.path, ['-v', 'error', '-nostdin', '-y', ...args], {
    encoding: 'buffer',
    maxBuffer: 256 * 1024 * 1024,
  });
  return stdout;
}

/** Distinct brightness levels by which a frame is known; frames this far apart look alike. */
export const shades = 20;
const shadeOf = (frame: number): number => 30 + (frame % shades) * 10;
const [width, height] = [160, 120];

/**
 * A clip in which frame n is a flat grey of `shadeOf(n)`. `args` follow the input: filters, codec, the target. One
 * without further inputs is made once per run.
 */
export async function grayClip(frames: number, rate: string, ...args: readonly string[]): Promise<void> {
  const target = args.at(-1) as string;
  const options = args.slice(0, -1);
  const make = (file: string): Promise<void> => makeGrayClip(frames, rate, [...options, file]);
  // What another input holds is not known here.
  if (options.includes('-i')) return make(target);
  await madeOnce(['gray', frames, rate, options], target, make);
}

async function makeGrayClip(frames: number, rate: string, args: readonly string[]): Promise<void> {
  const { ffmpeg: tool } = await tools();
  const child = spawn(
    tool.path,
    [
      '-v',
      'error',
      '-y',
      '-f',
      'rawvideo',
      '-pix_fmt',
      'gray',
      '-s',
      `${width}x${height}`,
      '-r',
      rate,
      '-i',
      'pipe:0',
      ...args,
    ],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  );
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  child.stdin.on('error', () => undefined);
  // rawvideo "gray" is full range: turned into limited range on the way to yuv420p, undone by `shadesIn`.
  child.stdin.end(
    Buffer.concat(Array.from({ length: frames }, (_, frame) => Buffer.alloc(width * height, shadeOf(frame)))),
  );
  const code = await new Promise((resolve) => {
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`Making the clip failed: ${errors}`);
}

/** Which shade (frame number modulo `shades`) each decoded frame of a file has. */
export async function shadesIn(...input: readonly string[]): Promise<number[]> {
  const { passFrames } = await tools();
  const pixels = await ffmpeg(
    ...input,
    '-an',
    ...passFrames,
    '-vf',
    'scale=1:1:flags=area:out_range=full,format=gray',
    '-f',
    'rawvideo',
    'pipe:1',
  );
  return [...pixels].map((value) => Math.round((value - 30) / 10));
}

/**
 * Overwrites the display matrix of every track of an MP4 (the header's own stays): a, b, c, d of
 * ISO/IEC 14496-12 §8.2.2.
 */
export function setDisplayMatrix(file: string, [a, b, c, d]: readonly [number, number, number, number]): void {
  const data = readFileSync(file);
  for (let at = data.indexOf('tkhd'); at >= 0; at = data.indexOf('tkhd', at + 4)) {
    const matrix = at + 4 + (data[at + 4] === 1 ? 52 : 40);
    for (const [index, value] of [a, b, 0, c, d, 0].entries())
      data.writeInt32BE(index % 3 === 2 ? 0 : value * 65_536, matrix + index * 4);
  }
  writeFileSync(file, data);
}

/** Overwrites the first entry of the first track's edit list: how long of the movie it lasts and where in the track it begins. */
export function setEdit(file: string, movieTicks: number, mediaTicks: number): void {
  const data = readFileSync(file);
  const entry = data.indexOf('elst') + 12;
  data.writeInt32BE(movieTicks, entry);
  data.writeInt32BE(mediaTicks, entry + 4);
  writeFileSync(file, data);
}

/** Path of a shared real clip; where the shared folder is missing the test is skipped, except in CI. */
export function sharedClip(t: Test, name: string): string | undefined {
  const file = path.resolve(import.meta.dirname, '../../../shared/media', name);
  if (existsSync(file)) return file;
  if (process.env['CI']) t.fail(`The shared clip ${name} is missing`);
  else t.comment(`The shared clip ${name} is not here: not tested`);
  return undefined;
}

/** Command lines of running processes that mention `text` (Linux); to see that none is left. */
export async function processesMentioning(text: string): Promise<string[]> {
  const { stdout } = await run('ps', ['-eo', 'pid,args', '-ww']);
  return stdout.split('\n').filter((line) => line.includes(text) && !line.includes('ps -eo'));
}
