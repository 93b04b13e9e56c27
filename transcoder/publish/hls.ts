import type { Bandwidth } from './bandwidth.ts';
import { declaredKeyframes, declaredVariants, type Variant } from './declared-bandwidth.ts';
import {
  isSurround,
  mediaFiles,
  type AudioMedia,
  type Media,
  type Presentation,
  type TextMedia,
  type VideoMedia,
} from './presentation.ts';
import { ticksPerSecond } from '../timeline.ts';

/**
 * HLS playlists (RFC 8216 and its successor draft, Apple's authoring specification). All URIs are relative and
 * without a query, so that the signed path prefix carries over to whatever they name.
 */
export const hlsFiles = {
  media: (media: Pick<Media, 'name'>): string => `${media.name}/${mediaFiles.playlist}`,
  keyframes: (media: Media): string => `${media.name}/${mediaFiles.keyframes}`,
} as const;

/** Apple's authoring specification 1.32: what a player on Wi-Fi begins with. */
const firstVariantBitrate = 2_000_000;

/**
 * A player would join an open-ended playlist near its end; this title begins at its beginning. Not quite 0, which Shaka
 * Player takes for no offset at all.
 */
const startTag = '#EXT-X-START:TIME-OFFSET=0.001,PRECISE=YES';

/** A variant and the quality of its audio group. */
interface VariantWithSound extends Variant {
  readonly quality: string;
}

/** The playlist of one rendition: EVENT and open-ended while the title grows, then VOD. */
export function writeMediaPlaylist(presentation: Presentation, media: Media): string {
  return playlist(
    presentation,
    [],
    media.segments.flatMap((segment) => [
      `#EXTINF:${seconds(segment.durationTicks)},`,
      mediaFiles.segment(segment.number),
    ]),
  );
}

/** The key frames of one rendition as byte ranges of its segments, each from its `moof` on. */
export function writeKeyframePlaylist(presentation: Presentation, media: VideoMedia): string {
  return playlist(
    presentation,
    ['#EXT-X-I-FRAMES-ONLY'],
    media.segments.flatMap((segment) =>
      segment.keyframes.flatMap((keyframe) => [
        `#EXTINF:${seconds(keyframe.durationTicks)},`,
        `#EXT-X-BYTERANGE:${keyframe.bytes}@${keyframe.offset}`,
        mediaFiles.segment(segment.number),
      ]),
    ),
  );
}

/**
 * The playlist of subtitles. It has a target duration of its own, as it may (RFC 8216 §6.2.4): pieces as short as those
 * of the picture would be ten times as many objects, of a few bytes each.
 */
export function writeTextPlaylist(text: TextMedia): string {
  return lines([
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.max(1, ...text.segmentTicks.map((ticks) => Math.round(ticks / ticksPerSecond)))}`,
    '#EXT-X-MEDIA-SEQUENCE:1',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    ...text.segmentTicks.flatMap((ticks, index) => [`#EXTINF:${seconds(ticks)},`, mediaFiles.text(index + 1)]),
    '#EXT-X-ENDLIST',
  ]);
}

function playlist(presentation: Presentation, tags: readonly string[], entries: readonly string[]): string {
  return lines([
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${presentation.targetSeconds}`,
    '#EXT-X-MEDIA-SEQUENCE:1',
    `#EXT-X-PLAYLIST-TYPE:${presentation.complete ? 'VOD' : 'EVENT'}`,
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...tags,
    ...(presentation.complete ? [] : [startTag]),
    `#EXT-X-MAP:URI="${mediaFiles.init}"`,
    ...entries,
    ...(presentation.complete ? ['#EXT-X-ENDLIST'] : []),
  ]);
}

/**
 * The playlist of playlists: every video rendition with its audio group, and its I-frame playlist. A player that
 * takes the first variant gets stereo: those with 5.1 come last.
 */
export function writeMultivariantPlaylist(presentation: Presentation): string {
  const groups = audioGroups(presentation);
  const withSound = (video: VideoMedia, quality: string): VariantWithSound => ({
    video,
    quality,
    sound: groups.get(quality) ?? [],
  });
  const stereo = inOfferedOrder(presentation.video).map((video) => withSound(video, video.audioQuality));
  const surround = presentation.video
    .map((video) => withSound(video, video.surroundQuality ?? ''))
    .filter(({ quality }) => groups.has(quality));
  const keyframes = declaredKeyframes(presentation);
  return lines([
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...(presentation.complete ? [] : [startTag]),
    ...[...groups].flatMap(([quality, members]) => members.map((audio) => audioTag(quality, audio))),
    ...(presentation.text ?? []).map(textTag),
    ...[stereo, surround].flatMap((variants) => {
      const declared = declaredVariants(presentation, variants);
      return variants.flatMap((variant) => [
        variantTag(presentation, variant, declared.get(variant) as Bandwidth),
        hlsFiles.media(variant.video),
      ]);
    }),
    ...presentation.video.map((video) => keyframeVariantTag(video, keyframes.get(video) as Bandwidth)),
  ]);
}

/** Stays the same while the title grows: it goes by the caps, not by what was measured so far. */
function inOfferedOrder(video: readonly VideoMedia[]): readonly VideoMedia[] {
  const distance = ({ maxBitrate }: VideoMedia): number => Math.abs(Math.log(maxBitrate / firstVariantBitrate));
  const first = video.toSorted((a, b) => distance(a) - distance(b)).slice(0, 1);
  return [...first, ...video.filter((media) => !first.includes(media))];
}

/**
 * What each group holds, by its quality: one rendition of every track, for RFC 8216 §4.3.4.1.1 wants the same members in
 * all groups. Among 5.1, a track that has none stands with the best of its stereo. The best group comes last: VLC plays
 * what it met last of all that is default, whatever its picture goes with.
 */
function audioGroups({ video, audio }: Presentation): ReadonlyMap<string, readonly AudioMedia[]> {
  const used = (quality: string): boolean =>
    video.some(({ audioQuality, surroundQuality }) => audioQuality === quality || surroundQuality === quality);
  const qualities = audio
    .toSorted((a, b) => Number(isSurround(a)) - Number(isSurround(b)) || a.maxBitrate - b.maxBitrate)
    .map(({ quality }) => quality);
  const tracks = [...Map.groupBy(audio, ({ track }) => track).values()];
  return new Map(
    [...new Set(qualities)]
      .filter(used)
      .map((quality) => [
        quality,
        tracks.flatMap((renditions) => renditions.find((each) => each.quality === quality) ?? renditions.slice(0, 1)),
      ]),
  );
}

function variantTag(
  presentation: Presentation,
  { video, quality, sound }: VariantWithSound,
  { average, peak }: Bandwidth,
): string {
  const parts = [video, ...sound];
  return attributes('#EXT-X-STREAM-INF', {
    BANDWIDTH: String(peak),
    'AVERAGE-BANDWIDTH': String(average),
    CODECS: quoted([...new Set(parts.map(({ codec }) => codec))].join(',')),
    RESOLUTION: `${video.width}x${video.height}`,
    'FRAME-RATE': (presentation.frameRate.num / presentation.frameRate.den).toFixed(3),
    ...(sound.length > 0 ? { AUDIO: quoted(groupId(quality)) } : {}),
    ...(presentation.text?.length ? { SUBTITLES: quoted(textGroup) } : {}),
    'CLOSED-CAPTIONS': 'NONE',
  });
}

function audioTag(quality: string, audio: AudioMedia): string {
  return attributes('#EXT-X-MEDIA', {
    TYPE: 'AUDIO',
    'GROUP-ID': quoted(groupId(quality)),
    NAME: quoted(audio.label),
    LANGUAGE: quoted(audio.language),
    DEFAULT: audio.isDefault ? 'YES' : 'NO',
    AUTOSELECT: 'YES',
    CHANNELS: quoted(String(audio.channels)),
    URI: quoted(hlsFiles.media(audio)),
  });
}

const textGroup = 'subtitles';

/** What Apple's players know subtitles for the deaf and hard of hearing by (authoring specification 5.12). */
const sdhCharacteristics =
  'public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound';

function textTag(text: TextMedia): string {
  return attributes('#EXT-X-MEDIA', {
    TYPE: 'SUBTITLES',
    'GROUP-ID': quoted(textGroup),
    NAME: quoted(text.label),
    LANGUAGE: quoted(text.language),
    DEFAULT: 'NO',
    AUTOSELECT: 'YES',
    FORCED: text.isForced ? 'YES' : 'NO',
    ...(text.isSdh ? { CHARACTERISTICS: quoted(sdhCharacteristics) } : {}),
    URI: quoted(hlsFiles.media(text)),
  });
}

function keyframeVariantTag(video: VideoMedia, { average, peak }: Bandwidth): string {
  return attributes('#EXT-X-I-FRAME-STREAM-INF', {
    BANDWIDTH: String(peak),
    'AVERAGE-BANDWIDTH': String(average),
    CODECS: quoted(video.codec),
    RESOLUTION: `${video.width}x${video.height}`,
    URI: quoted(hlsFiles.keyframes(video)),
  });
}

function groupId(quality: string): string {
  return `audio-${quality}`;
}

function seconds(ticks: number): string {
  return (ticks / ticksPerSecond).toFixed(6);
}

/** A quoted-string may hold neither quotes nor line breaks (RFC 8216 §4.2). */
function quoted(text: string): string {
  return `"${text.replace(/["\p{Cc}]/gu, ' ')}"`;
}

function attributes(tag: string, values: Readonly<Record<string, string>>): string {
  return `${tag}:${Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(',')}`;
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
