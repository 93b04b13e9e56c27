import path from 'node:path';
import type { AudioTrackPlan } from '../plan.ts';
import {
  isChatter,
  soundOfSource,
  uniformSoundCommandLine,
  unpackCommandLine,
  type SoundSource,
} from './audio-arguments.ts';
import { runEncoder, sourcePixels, type EncodeOptions } from './encode-options.ts';
import { soundLimits } from './run-limits.ts';

/** What a track is decoded from: the source, or what has to be taken out of it first. @throws as `runEncoder` */
export async function soundSource(options: EncodeOptions, track: AudioTrackPlan): Promise<SoundSource> {
  const { plan, sourcePath, outputDir } = options;
  if (!track.unpack) return soundOfSource(sourcePath, plan, track);
  const { format, startMicroseconds } = track.unpack;
  const target = path.join(outputDir, `unpacked.${format}`);
  const pixels = sourcePixels(options);
  const line = unpackCommandLine({ sourcePath, plan, track, format, target, maxPixels: pixels });
  await runEncoder(line, options, { limits: soundLimits(plan, track, { pixels }) });
  const start = ((startMicroseconds - plan.sourceStartMicroseconds) / 1e6).toFixed(6);
  return { path: target, demuxer: format, streams: [0], time: `N/SR/TB+round(${start}/TB)` };
}

/** A file of the same sound with one rate throughout and a stream for each mix. @throws as `runEncoder` */
export async function uniformSound(
  options: EncodeOptions,
  track: AudioTrackPlan,
  source: SoundSource,
): Promise<SoundSource> {
  const { plan, outputDir } = options;
  const pixels = sourcePixels(options);
  const target = path.join(outputDir, 'uniform.nut');
  const line = uniformSoundCommandLine({ source, plan, track, target, maxPixels: pixels });
  await runEncoder(
    line,
    { ...options, sourcePath: source.path },
    { limits: soundLimits(plan, track, { pixels }), onLine: isChatter },
  );
  return { path: target, demuxer: 'nut', streams: source.streams.map((_, place) => place), time: 'PTS' };
}
