import type { Bandwidth } from './bandwidth.ts';
import { declaredAudio, declaredVideo } from './declared-bandwidth.ts';
import {
  isSurround,
  mediaFiles,
  type AudioMedia,
  type Media,
  type Presentation,
  type Segment,
  type TextMedia,
  type VideoMedia,
} from './presentation.ts';
import { millisecondsOf, ticksPerSecond } from '../timeline.ts';
import { dashManifest } from '../../server/assets/manifest-names.ts';

/** Seconds between two looks at a growing MPD. */
const updateSeconds = 2;

/**
 * The MPD (ISO/IEC 23009-1) over the same segments as the HLS playlists.
 *
 * While the title grows it is `dynamic` **with** a duration: a recording in progress. Players begin such a one near its
 * live edge, each by a reckoning of its own, and this title begins at its beginning:
 *
 * - `suggestedPresentationDelay` is as long as what is published. Shaka Player and video.js begin that far before the
 *   last segment. Longer than that, and Shaka Player stops for want of a seek range after its first buffer.
 * - the target latency is the whole duration. dash.js begins that far before where the clock says that the edge is,
 *   and the availability start at the epoch makes that the end of the title, so that the clock holds back no segment.
 * - the playback rate is 1, or players would change it to come nearer to that latency.
 *
 * @param publishedAt milliseconds since the epoch
 * @param name of the manifest itself: players read the time from the head of an answer for it
 */
export function writeMpd(presentation: Presentation, publishedAt: number, name = dashManifest()): string {
  const duration = isoDuration(presentation.durationTicks);
  const growing = {
    type: 'dynamic',
    availabilityStartTime: '1970-01-01T00:00:00Z',
    publishTime: new Date(publishedAt).toISOString(),
    minimumUpdatePeriod: `PT${updateSeconds}S`,
    suggestedPresentationDelay: isoDuration(publishedTicks(presentation)),
  };
  const sets = Map.groupBy(presentation.audio, audioSetId);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(
    'MPD',
    {
      xmlns: 'urn:mpeg:dash:schema:mpd:2011',
      profiles: 'urn:mpeg:dash:profile:isoff-live:2011,urn:mpeg:dash:profile:cmaf:2019',
      ...(presentation.complete ? { type: 'static' } : growing),
      mediaPresentationDuration: duration,
      minBufferTime: `PT${presentation.targetSeconds}S`,
      // What is still to come rounds to the target duration as well.
      maxSegmentDuration: isoDuration(
        presentation.complete ? longestSegment(presentation) : (presentation.targetSeconds + 0.5) * ticksPerSecond,
      ),
    },
    [
      ...(presentation.complete ? [] : [serviceDescription(presentation)]),
      element('Period', { id: '0', start: 'PT0S' }, [
        videoSet(presentation),
        ...[...sets].map(([id, renditions]) => audioSet(presentation, id, renditions)),
        ...(presentation.text ?? []).map((each, index) => textSet(presentation, each, textIds + index)),
      ]),
      ...(presentation.complete ? [] : [utcTiming(name)]),
    ],
  )}\n`;
}

function serviceDescription({ durationTicks }: Presentation): string {
  return element('ServiceDescription', { id: '0' }, [
    element('Latency', { target: String(Math.ceil(millisecondsOf(durationTicks))) }),
    element('PlaybackRate', { min: '1', max: '1' }),
  ]);
}

/** Players compare their clock with the `Date` of an answer to HEAD. */
function utcTiming(name: string): string {
  return element('UTCTiming', { schemeIdUri: 'urn:mpeg:dash:utc:http-head:2014', value: name });
}

function videoSet(presentation: Presentation): string {
  const declared = declaredVideo(presentation);
  const { num, den } = presentation.frameRate;
  return element(
    'AdaptationSet',
    {
      id: '0',
      contentType: 'video',
      mimeType: 'video/mp4',
      ...pictureRatio(presentation.video),
      maxWidth: String(Math.max(...presentation.video.map(({ width }) => width))),
      maxHeight: String(Math.max(...presentation.video.map(({ height }) => height))),
      frameRate: den === 1 ? String(num) : `${num}/${den}`,
      sar: '1:1',
      scanType: 'progressive',
      segmentAlignment: 'true',
      startWithSAP: '1',
    },
    [
      role('main'),
      ...withTimeline(presentation.video, (video: VideoMedia) => ({
        id: video.name,
        bandwidth: String((declared.get(video) as Bandwidth).peak),
        codecs: video.codec,
        width: String(video.width),
        height: String(video.height),
      })),
    ],
  );
}

/** More tracks than there can be. */
const surroundIds = 10_000;

/** A set holds what players switch between while they play: 5.1 has one of its own, beside that of the same language. */
function audioSetId(audio: AudioMedia): number {
  return audio.track + 1 + (isSurround(audio) ? surroundIds : 0);
}

/**
 * Stereo has the higher `selectionPriority` (the default is 1): dash.js goes by it alone, and would take what has the
 * highest bit rate. Shaka Player and others go by the number of channels.
 */
function audioSet(presentation: Presentation, id: number, renditions: readonly AudioMedia[]): string {
  const [first] = renditions as readonly [AudioMedia, ...AudioMedia[]];
  const isPreferred = presentation.audio.some(isSurround) && !isSurround(first);
  return element(
    'AdaptationSet',
    {
      id: String(id),
      ...(isPreferred && { selectionPriority: '2' }),
      contentType: 'audio',
      mimeType: 'audio/mp4',
      lang: first.language,
      segmentAlignment: 'true',
      startWithSAP: '1',
    },
    [
      ...(sameChannels(renditions) ? [channelConfiguration(first.channels)] : []),
      element('Label', {}, [text(first.label)]),
      role(first.isDefault ? 'main' : 'alternate'),
      ...withTimeline(
        renditions,
        (audio: AudioMedia) => ({
          id: audio.name,
          bandwidth: String(declaredAudio(presentation, audio).peak),
          codecs: audio.codec,
          audioSamplingRate: String(audio.sampleRate),
        }),
        (audio) => (sameChannels(renditions) ? [] : [channelConfiguration(audio.channels)]),
      ),
    ],
  );
}

/** More than audio has. */
const textIds = 100_000;

/** Subtitles are one file beside the segments: every player takes that, and it is not larger than a picture. */
function textSet({ durationTicks }: Presentation, media: TextMedia, id: number): string {
  const bitRate = Math.ceil((media.bytes * 8 * ticksPerSecond) / Math.max(1, durationTicks));
  return element('AdaptationSet', { id: String(id), contentType: 'text', mimeType: 'text/vtt', lang: media.language }, [
    element('Label', {}, [text(media.label)]),
    // ISO/IEC 23009-1 table 22: captions say sounds as well.
    role(media.isForced ? 'forced-subtitle' : media.isSdh ? 'caption' : 'subtitle'),
    element('Representation', { id: media.name, bandwidth: String(Math.max(1, bitRate)) }, [
      element('BaseURL', {}, [`${media.name}/${mediaFiles.wholeText}`]),
    ]),
  ]);
}

/** Representations with their time line: said once when all share it, as those of one cut do. */
function withTimeline<M extends Media>(
  renditions: readonly M[],
  describe: (media: M) => Readonly<Record<string, string>>,
  descriptors: (media: M) => readonly string[] = () => [],
): readonly string[] {
  const templates = renditions.map((media) => segmentTemplate(media.segments));
  const [shared] = new Set(templates).size === 1 ? templates : [];
  return [
    ...(shared === undefined ? [] : [shared]),
    ...renditions.map((media, index) =>
      element('Representation', describe(media), [
        ...descriptors(media),
        ...(shared === undefined ? [templates[index] as string] : []),
      ]),
    ),
  ];
}

function segmentTemplate(segments: readonly Segment[]): string {
  return element(
    'SegmentTemplate',
    {
      timescale: String(ticksPerSecond),
      initialization: `$RepresentationID$/${mediaFiles.init}`,
      media: '$RepresentationID$/$Number%05d$.m4s',
      startNumber: String(segments[0]?.number ?? 1),
    },
    [element('SegmentTimeline', {}, timeline(segments))],
  );
}

/** Exact ticks, equal neighbours run together. `@t` only where it begins: there are no gaps. */
function timeline(segments: readonly Segment[]): readonly string[] {
  const runs: { duration: number; repeats: number }[] = [];
  for (const { durationTicks } of segments) {
    const last = runs.at(-1);
    if (last?.duration === durationTicks) last.repeats++;
    else runs.push({ duration: durationTicks, repeats: 0 });
  }
  return runs.map(({ duration, repeats }, index) =>
    element('S', {
      ...(index === 0 ? { t: String(segments[0]?.startTicks ?? 0) } : {}),
      d: String(duration),
      ...(repeats > 0 ? { r: String(repeats) } : {}),
    }),
  );
}

function role(value: 'main' | 'alternate' | 'subtitle' | 'caption' | 'forced-subtitle'): string {
  return element('Role', { schemeIdUri: 'urn:mpeg:dash:role:2011', value });
}

function channelConfiguration(channels: number): string {
  return element('AudioChannelConfiguration', {
    schemeIdUri: 'urn:mpeg:dash:23003:3:audio_channel_configuration:2011',
    value: String(channels),
  });
}

function sameChannels(renditions: readonly AudioMedia[]): boolean {
  return new Set(renditions.map(({ channels }) => channels)).size === 1;
}

/** How much of the title every rendition has. */
function publishedTicks({ video, audio }: Presentation): number {
  const ends = [...video, ...audio].map(({ segments }) => {
    const last = segments.at(-1);
    return last ? last.startTicks + last.durationTicks : 0;
  });
  return Math.max(...ends);
}

function longestSegment({ video, audio }: Presentation): number {
  return [...video, ...audio]
    .flatMap(({ segments }) => segments)
    .reduce((longest, { durationTicks }) => Math.max(longest, durationTicks), 0);
}

function isoDuration(ticks: number): string {
  return `PT${(ticks / ticksPerSecond).toFixed(6).replace(/\.?0+$/, '')}S`;
}

/** Only where all have the same: sizes are even, so those of odd shapes differ in it by a pixel. */
function pictureRatio(video: readonly VideoMedia[]): { readonly par?: string } {
  const [par, ...others] = new Set(video.map(({ width, height }) => ratio(width, height)));
  return par === undefined || others.length > 0 ? {} : { par };
}

function ratio(width: number, height: number): string {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  const common = divisor(width, height);
  return `${width / common}:${height / common}`;
}

function text(value: string): string {
  // Control characters have no place in XML 1.0, not even escaped.
  return value
    .replace(/\p{Cc}/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function element(name: string, attributes: Readonly<Record<string, string>>, children: readonly string[] = []): string {
  const head = `${name}${Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${text(value)}"`)
    .join('')}`;
  if (children.length === 0) return `<${head}/>`;
  const inner = children.join('\n');
  return inner.includes('<') ? `<${head}>\n${inner.replace(/^/gm, '  ')}\n</${name}>` : `<${head}>${inner}</${name}>`;
}
