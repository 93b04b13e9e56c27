import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { MediaInfo } from '../../server/assets/media-info.ts';
import { mendTransportStream } from '../mend/mend-transport-stream.ts';
import { probeMedia, recognizeMedia } from '../probe/probe-media.ts';
import { remuxToMatroska, type RemuxOptions } from './remux.ts';

export type CopyOptions = Omit<RemuxOptions, 'info' | 'outputPath'> & {
  /** Absolute path of a private folder with room for twice the source. */
  readonly folder: string;
  /** How the copy is made and checked; default: once. */
  readonly remux?: (options: RemuxOptions) => Promise<MediaInfo>;
};

/**
 * Makes of a source that cannot be cut as it is one that can: a transport stream is mended first, then everything is
 * copied into Matroska.
 * @returns what was found in the source, and the copy with what is in it, from which the plan is made
 * @throws as `probeMedia`, `mendTransportStream` and `remuxToMatroska`
 */
export async function copySource(
  options: CopyOptions,
): Promise<{ readonly path: string; readonly source: MediaInfo; readonly copy: MediaInfo }> {
  const { sourcePath, folder, signal, remux = remuxToMatroska, ...common } = options;
  const { demuxer } = await recognizeMedia(sourcePath);
  const inOrder = path.join(folder, 'in-order.ts');
  const mended = demuxer === 'mpegts' ? await mendTransportStream(sourcePath, inOrder, signal) : undefined;
  const from = { ...common, ...(signal && { signal }) };
  const readable = mended ? inOrder : sourcePath;
  const found = await probeMedia({ ...from, path: readable });
  const outputPath = path.join(folder, 'source.mkv');
  const copy = await remux({ ...from, sourcePath: readable, outputPath, info: found });
  if (mended) await rm(inOrder);
  return { path: outputPath, source: { ...found, warnings: [...(mended?.warnings ?? []), ...copy.warnings] }, copy };
}
