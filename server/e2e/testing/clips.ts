import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Test } from 'tap';
import { loadConfig } from '../../../config/load.ts';
import { generateClip, type ClipOptions } from '../../../fixtures/generate-clip.ts';
import { madeOnce } from '../../testing/made-once.ts';
import { findTools, type Tools } from '../../../transcoder/tools.ts';

/** Real clips that lie beside the repository on the machines of those who have them. */
const folder = path.join(import.meta.dirname, '../../../../shared/media');

/** The path of a real clip, or undefined where the folder is missing (the caller says so in its output). */
export function realClip(name: string): string | undefined {
  const file = path.join(folder, name);
  return existsSync(file) ? file : undefined;
}

/** The programs that a server on default settings finds. */
export function defaultTools(): Promise<Tools> {
  return findTools(loadConfig().tools);
}

/** Puts a clip at `file`; one with the same options is made once per run. */
export async function placeClip(file: string, options: ClipOptions): Promise<void> {
  const { ffmpeg } = await defaultTools();
  await madeOnce(['moving', ffmpeg.path, options], file, (target) => generateClip(ffmpeg.path, target, options));
}

/** Puts a clip alone in a new `t.testdir()` and returns its path. */
export async function makeClip(t: Test, options: ClipOptions, name = 'clip.mp4'): Promise<string> {
  const file = path.join(t.testdir(), name);
  await placeClip(file, options);
  return file;
}
