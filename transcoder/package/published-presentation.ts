import { publishedKey } from '../../server/assets/storage-keys.ts';
import type { Storage } from '../../server/storage/port.ts';
import type { EncodingPlan } from '../plan.ts';
import { mediaFiles, type Keyframe, type Presentation, type Segment } from '../publish/presentation.ts';
import { ticksPerSecond } from '../timeline.ts';
import { visiblePresentation, type PackagedMedia } from './visible-presentation.ts';

/** A complete version, and where its files lie. */
export interface PublishedVersion {
  readonly assetId: string;
  readonly versionId: string;
  readonly plan: EncodingPlan;
  /** RFC 6381, by the name of the rendition, as packaging measured them. */
  readonly codecs: ReadonlyMap<string, string>;
}

/**
 * The manifest model of a complete version, read back from what it published: its playlists say times and key frames,
 * the storage says sizes. So its manifests can be written anew without a packager, also those of earlier releases.
 * @throws Error when they are not those of a complete version; ObjectNotFound; the signal's reason
 */
export async function publishedPresentation(
  version: PublishedVersion,
  storage: Pick<Storage, 'read' | 'list'>,
  signal: AbortSignal,
): Promise<Presentation> {
  const { plan } = version;
  const names = [
    ...plan.video.map(({ name }) => ({ name, hasKeyframes: true })),
    ...plan.audio.flatMap(({ renditions }) => renditions.map(({ name }) => ({ name, hasKeyframes: false }))),
  ];
  const media = new Map<string, PackagedMedia>();
  for (const { name, hasKeyframes } of names) {
    signal.throwIfAborted();
    const key = (file: string): string => publishedKey(version.assetId, version.versionId, `${name}/${file}`);
    const sizes = new Map<string, number>();
    for await (const { key: found, bytes } of storage.list(key(''))) sizes.set(found.slice(key('').length), bytes);
    const playlist = (await storage.read(key(mediaFiles.playlist), signal)).toString();
    const keyframes = hasKeyframes ? (await storage.read(key(mediaFiles.keyframes), signal)).toString() : '';
    media.set(name, {
      codec: version.codecs.get(name),
      segments: readSegments(playlist, keyframes, sizes),
      ended: true,
    });
  }
  const presentation = visiblePresentation(plan, media);
  if (!presentation?.complete) throw new Error('What is published is not a complete title');
  return presentation;
}

/** What the playlists of one rendition say. @throws Error when they are not complete, or a segment is missing */
function readSegments(
  playlist: string,
  keyframePlaylist: string,
  sizes: ReadonlyMap<string, number>,
): readonly Segment[] {
  if (!/^#EXT-X-ENDLIST$/m.test(playlist)) throw new Error('The playlist is not complete');
  const keyframes = Map.groupBy(readEntries(keyframePlaylist), ({ file }) => file);
  let startTicks = 0;
  return readEntries(playlist).map(({ file, durationTicks }, index) => {
    const number = index + 1;
    const bytes = sizes.get(file);
    if (file !== mediaFiles.segment(number) || bytes === undefined) throw new Error(`There is no segment ${number}`);
    const segment: Segment = {
      number,
      startTicks,
      durationTicks,
      bytes,
      // Nothing that is published says it, and no manifest does.
      frames: 0,
      keyframes: (keyframes.get(file) ?? []).map((entry): Keyframe => ({
        offset: entry.offset,
        bytes: entry.bytes,
        durationTicks: entry.durationTicks,
      })),
    };
    startTicks += durationTicks;
    return segment;
  });
}

interface Entry {
  readonly file: string;
  readonly durationTicks: number;
  readonly offset: number;
  readonly bytes: number;
}

/** Durations have six digits after the point, so they name the tick that they were made of. */
function readEntries(playlist: string): readonly Entry[] {
  return Array.from(
    playlist.matchAll(/^#EXTINF:([\d.]+),\n(?:#EXT-X-BYTERANGE:(\d+)@(\d+)\n)?([\w.]+)$/gm),
    ([, duration, bytes, offset, file]) => ({
      file: file as string,
      durationTicks: Math.round(Number(duration) * ticksPerSecond),
      bytes: Number(bytes),
      offset: Number(offset),
    }),
  );
}
