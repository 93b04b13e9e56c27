import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { MediaInfo } from '../../server/assets/media-info.ts';
import { videoWarnings, type Warning } from '../../server/assets/warnings.ts';
import { mendFlashVideo } from '../mend/mend-flash-video.ts';
import { mendTransportStream } from '../mend/mend-transport-stream.ts';
import { probeMedia } from '../probe/probe-media.ts';
import { recognizeMedia } from '../probe/recognize-media.ts';
import { remuxToMatroska, type RemuxOptions } from './remux.ts';

export type CopyOptions = Omit<RemuxOptions, 'info' | 'outputPath'> & {
  /** Absolute path of a private folder with room for twice the source. */
  readonly folder: string;
  /** How the copy is made and checked; default: once. */
  readonly remux?: (options: RemuxOptions) => Promise<MediaInfo>;
};

/**
 * Makes of a source that cannot be cut as it is one that can: a transport stream or joined Flash video is mended
 * first, then everything is copied into Matroska.
 * @returns what was found in the source, and the copy with what is in it, from which the plan is made
 * @throws as `probeMedia`, `mendTransportStream` and `remuxToMatroska`
 */
export async function copySource(
  options: CopyOptions,
): Promise<{ readonly path: string; readonly source: MediaInfo; readonly copy: MediaInfo }> {
  const { sourcePath, folder, signal, remux = remuxToMatroska, ...common } = options;
  const { demuxer } = (await recognizeMedia(sourcePath)).container;
  const inOrder = path.join(folder, 'in-order');
  const mended = await mend(demuxer, sourcePath, inOrder, signal);
  const from = { ...common, ...(signal && { signal }) };
  const readable = mended ? inOrder : sourcePath;
  const outputPath = path.join(folder, 'source.mkv');
  const copied = async (looksFar: boolean) => {
    const found = await probeMedia({ ...from, path: readable, looksFar });
    // A copy that is made twice meets them twice.
    const unseen = new Set<number>();
    const onUnseenTrack = (stream: number) => unseen.add(stream);
    const copy = await remux({ ...from, sourcePath: readable, outputPath, info: found, onUnseenTrack });
    return { found, copy, unseen: unseen.size };
  };
  let made = await copied(false);
  // Seen only now, by what stands in the middle of the file: once more from the beginning, with them in mind.
  if (made.unseen > 0) made = await copied(true);
  const { found, copy, unseen } = made;
  if (mended) await rm(inOrder);
  const lost = unseen > 0 ? [videoWarnings.late_tracks_left_out({ tracks: unseen })] : [];
  return { path: outputPath, source: { ...found, warnings: [...(mended ?? []), ...lost, ...copy.warnings] }, copy };
}

/** Where the container itself is not in order. @returns what was found, when `target` was written */
async function mend(
  demuxer: string,
  source: string,
  target: string,
  signal: AbortSignal | undefined,
): Promise<readonly Warning[] | undefined> {
  if (demuxer === 'mpegts') return (await mendTransportStream(source, target, signal))?.warnings;
  if (demuxer === 'flv') return (await mendFlashVideo(source, target, signal)) ? [] : undefined;
  return undefined;
}
