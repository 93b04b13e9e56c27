import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Test } from 'tap';
import { showWarning } from '../../../server/assets/warnings.ts';
import { planSeconds } from '../../timeline.ts';
import { defaults, silent, tools } from '../../testing/clips.ts';
import { copySource } from '../copy-source.ts';
import { encodeSound, flashes, onsets, planOf, samples } from './encoded-sound.ts';

/** What became of a source that has to be copied before it is cut. */
export interface Copied {
  readonly seconds: number;
  readonly flashes: readonly number[];
  /** Per audio track, where its beeps begin, in milliseconds. */
  readonly beeps: readonly (readonly number[])[];
  readonly languages: readonly string[];
  readonly warnings: readonly string[];
  readonly sentences: string;
}

/** Copies, encodes and decodes a source; what is made stands beside it. */
export async function copied(file: string): Promise<Copied> {
  const folder = `${file}-copied`;
  mkdirSync(folder);
  const made = await copySource({
    sourcePath: file,
    folder,
    sourceBytes: statSync(file).size,
    limits: defaults.media,
    tools: await tools(),
    logger: silent,
    niceness: 0,
    stallSeconds: 60,
  });
  const plan = planOf(made.copy);
  const beeps: number[][] = [];
  for (const track of plan.audio) {
    const { stream } = await encodeSound(made.path, undefined, { ...plan, audio: [track] });
    beeps.push(onsets(await samples(stream)));
  }
  return {
    seconds: planSeconds(plan),
    flashes: await flashes(made.path, plan),
    beeps,
    languages: plan.audio.map(({ language }) => language),
    warnings: made.source.warnings.map(({ code }) => code),
    sentences: made.source.warnings.map((warning) => showWarning(warning).detail).join(' '),
  };
}

const said = (times: readonly number[]) => times.map((at) => (at / 1000).toFixed(3)).join(' ');

/** Flashes at these seconds (a join of recordings may hold the last picture for some frames), and in each audio track a beep with each, within 50 ms of it. */
export function inSync(t: Test, found: Copied, seconds: readonly number[], tracks = 1): void {
  t.equal(found.beeps.length, tracks, 'audio tracks');
  t.ok(
    found.flashes.length === seconds.length &&
      found.flashes.every((at, index) => Math.abs(at - (seconds[index] as number) * 1000) <= 250),
    `flashes at ${said(found.flashes)} s, expected ${seconds.join(' ')}`,
  );
  for (const beeps of found.beeps) {
    t.ok(
      beeps.length === seconds.length &&
        beeps.every((at, index) => Math.abs(at - (found.flashes[index] ?? -Infinity)) <= 50),
      `beeps at ${said(beeps)} s, flashes at ${said(found.flashes)} s`,
    );
  }
}

/** Files one after the other, byte by byte. */
export function joined(target: string, ...parts: readonly (string | Buffer)[]): string {
  writeFileSync(target, Buffer.concat(parts.map((part) => (typeof part === 'string' ? readFileSync(part) : part))));
  return path.resolve(target);
}
