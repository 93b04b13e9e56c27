/** A child process for the runner's test: ffmpeg fills the tiny disk given as argument, and must be said to wait. */
import assert from 'node:assert/strict';
import { chmodSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unconfined } from '../../child/confinement.ts';
import { lacksRoom } from '../../child/full-disk.ts';
import { runPackager } from '../../package/run-packager.ts';
import { ample, silent, tools } from '../../testing/clips.ts';
import { runFfmpeg } from '../ffmpeg-runner.ts';
import { programOptions } from '../video-arguments.ts';

const disk = process.argv[2] as string;
const target = path.join(disk, 'x.ts');
const line = {
  inputOptions: [...programOptions, '-f', 'lavfi'],
  input: 'nullsrc=s=640x360:r=25:d=20',
  outputs: [
    {
      options: ['-vf', 'noise=alls=100:allf=t', '-c:v', 'mpeg2video', '-q:v', '1', '-f', 'mpegts'],
      target: `file:${target}`,
    },
  ],
};
const options = {
  tools: await tools(),
  logger: silent,
  reads: [],
  outputDir: disk,
  niceness: 0,
  stallSeconds: 60,
  limits: ample,
  maxPixels: 640 * 360,
};
const full = { name: 'ProblemError', code: 'insufficient_storage' };

const packager = path.join(disk, 'packager');
writeFileSync(packager, '#!/bin/sh\nexit 1\n');
chmodSync(packager, 0o755);
const { confinement } = options.tools;
const packaging = {
  tools: { packager: { path: packager, version: '1', origin: 'config' as const }, confinement },
  arguments: [],
  folder: disk,
  input: 'packager',
  signal: new AbortController().signal,
  timeoutMs: 60_000,
};
const calm = path.join(disk, 'ffmpeg');
writeFileSync(calm, '#!/bin/sh\necho "Error writing trailer of file:/x.ts: No space left on device" >&2\n');
chmodSync(calm, 0o755);

assert.equal(await lacksRoom(disk), false);
await assert.rejects(runPackager(packaging), { code: 'package_failed' });
await assert.rejects(runFfmpeg(line, options), full);
assert.ok(statSync(target).size > 2 ** 20, 'what was written is still there');
assert.equal(await lacksRoom(disk), true);
await assert.rejects(
  runFfmpeg(line, {
    ...options,
    tools: { ffmpeg: { path: calm, version: '5.1', origin: 'config' }, confinement: unconfined },
  }),
  full,
  'even when it calls that a success',
);
await assert.rejects(runPackager(packaging), full);
