import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Asset } from '../installation/api-client.ts';
import type { AudioRung, VideoRung } from '../peers/ffmpeg-ladder.ts';
import { BenchError } from '../runner/bench-error.ts';

/** As far as the bench reads a ladder file (`config/ladders/apple.yaml` documents it). */
interface LadderFile {
  readonly preset: string;
  readonly video: readonly {
    readonly shortSide: number;
    readonly crf: number;
    readonly maxBitrate: number;
    readonly bufferMs: number;
  }[];
}

/** What a title was encoded to, as a command line needs it. */
export interface EncodedLadder {
  readonly preset: string;
  readonly video: readonly VideoRung[];
  readonly audio: readonly AudioRung[];
  /** Names of rungs that no ladder file has: their quality is that of the nearest one. */
  readonly guessed: readonly string[];
}

export const readLadder = (file: string): LadderFile => parse(readFileSync(file, 'utf8')) as LadderFile;

/** The rungs of a title that is complete: sizes and caps as it has them, qualities as the ladder has them. */
export function ladderOf(asset: Asset, ladder: LadderFile): EncodedLadder {
  const renditions = asset.versions[0]?.renditions ?? [];
  const guessed: string[] = [];
  const video = renditions.flatMap((each): VideoRung[] => {
    if (each.kind !== 'video' || each.width === null || each.height === null) return [];
    const { name, width, height, targetBandwidth: maxBitrate } = each;
    const exact = ladder.video.find((rung) => rung.maxBitrate === maxBitrate);
    const distance = (bitrate: number): number => Math.abs(Math.log(bitrate / maxBitrate));
    const [nearest] = ladder.video.toSorted((a, b) => distance(a.maxBitrate) - distance(b.maxBitrate));
    const rung = exact ?? nearest;
    if (rung === undefined) throw new BenchError('The ladder has no rungs');
    if (exact === undefined) guessed.push(name);
    return [{ name, width, height, crf: rung.crf, maxBitrate, bufferBits: (maxBitrate * rung.bufferMs) / 1000 }];
  });
  const audio = renditions.flatMap((each): AudioRung[] =>
    each.kind === 'audio' ? [{ name: each.name, bitrate: each.targetBandwidth, channels: each.channels ?? 2 }] : [],
  );
  if (video.length === 0) throw new BenchError(`${asset.filename} has no picture: there is nothing to compare`);
  return { preset: ladder.preset, video, audio, guessed };
}
