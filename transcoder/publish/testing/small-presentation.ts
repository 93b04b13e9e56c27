import { videoRenditionName } from '../../../server/assets/rendition-names.ts';
import type { AudioMedia, Presentation, Segment, TextMedia, VideoMedia } from '../presentation.ts';

const segment = (
  number: number,
  startTicks: number,
  durationTicks: number,
  bytes: number,
  keyframes: Segment['keyframes'] = [],
): Segment => ({ number, startTicks, durationTicks, bytes, frames: 0, keyframes });

/** Ten seconds at 25 fps in segments of 4 s: two video renditions, two languages. */
export function smallPresentation(options: { readonly complete: boolean; readonly segments?: number }): Presentation {
  const count = options.segments ?? 3;
  const video = (scale: number): readonly Segment[] =>
    [
      segment(1, 0, 360_000, 1_000_000 * scale, [
        { offset: 40, bytes: 9000, durationTicks: 180_000 },
        { offset: 500_040, bytes: 8000, durationTicks: 180_000 },
      ]),
      segment(2, 360_000, 360_000, 1_200_000 * scale, [
        { offset: 40, bytes: 9500, durationTicks: 180_000 },
        { offset: 600_040, bytes: 7000, durationTicks: 180_000 },
      ]),
      segment(3, 720_000, 180_000, 400_000 * scale, [{ offset: 40, bytes: 9100, durationTicks: 180_000 }]),
    ].slice(0, count);
  const audio: readonly Segment[] = [
    segment(1, 0, 360_960, 64_000),
    segment(2, 360_960, 359_040, 64_000),
    segment(3, 720_000, 180_480, 32_000),
  ].slice(0, count);
  const sound = {
    codec: 'mp4a.40.2',
    maxBitrate: 128_000,
    quality: '128',
    channels: 2,
    sampleRate: 48_000,
    segments: audio,
  };
  return {
    durationTicks: 900_000,
    targetSeconds: 4,
    frameRate: { num: 25, den: 1 },
    complete: options.complete,
    video: [
      {
        name: 'v1080-6000',
        codec: 'avc1.640028',
        maxBitrate: 6_000_000,
        width: 1920,
        height: 1080,
        audioQuality: '128',
        segments: video(2),
      },
      {
        name: 'v720-3000',
        codec: 'avc1.64001f',
        maxBitrate: 2_400_000,
        width: 1280,
        height: 720,
        audioQuality: '128',
        segments: video(1),
      },
    ],
    audio: [
      { ...sound, name: 'a0-128', track: 0, language: 'en', label: 'English', isDefault: true },
      {
        ...sound,
        name: 'a1-128',
        track: 1,
        language: 'pt-BR',
        label: 'Português "do" <Brasil>\n& mais',
        isDefault: false,
      },
    ],
  };
}

/** The small title with 5.1 of its first language, which goes with the better picture. */
export function surroundPresentation(options: {
  readonly complete: boolean;
  readonly segments?: number;
}): Presentation {
  const small = smallPresentation(options);
  const [english, ...others] = small.audio as readonly [AudioMedia, ...AudioMedia[]];
  const [best, ...lower] = small.video as readonly [VideoMedia, ...VideoMedia[]];
  const segments = english.segments.map((each) => ({ ...each, bytes: each.bytes * 3 }));
  const surround = { ...english, name: 'a0-384', quality: '384', maxBitrate: 384_000, channels: 6, segments };
  return { ...small, video: [{ ...best, surroundQuality: '384' }, ...lower], audio: [english, surround, ...others] };
}

/** A title in segments of 4 s, with a video rendition for each short side (highest first) and two languages. */
export function longPresentation(options: {
  readonly complete: boolean;
  readonly segments: number;
  readonly shortSides: readonly number[];
}): Presentation {
  const { complete, segments, shortSides } = options;
  const small = smallPresentation({ complete });
  const numbers = Array.from({ length: segments }, (_, index) => index);
  const taken = new Set<string>();
  const video = shortSides.map((shortSide, place) => {
    const maxBitrate = 8_000_000 / (place + 1);
    const name = videoRenditionName({ shortSide, maxBitrate }, taken);
    taken.add(name);
    return {
      ...(small.video[0] as VideoMedia),
      name,
      maxBitrate,
      width: (shortSide * 16) / 9,
      height: shortSide,
      segments: numbers.map((index) =>
        segment(index + 1, index * 360_000, 360_000, shortSide * (1000 + (index % 7)), [
          { offset: 40, bytes: shortSide * 10, durationTicks: 180_000 },
          { offset: 400_040, bytes: shortSide * 9, durationTicks: 180_000 },
        ]),
      ),
    };
  });
  // Cut at the AAC frame (1920 ticks) that is nearest to the cut of the picture.
  const cut = (index: number): number => Math.round((index * 360_000) / 1920) * 1920;
  const audio = small.audio.map((rendition) => ({
    ...rendition,
    segments: numbers.map((index) => segment(index + 1, cut(index), cut(index + 1) - cut(index), 64_000)),
  }));
  return { ...small, durationTicks: 360_000 * 1000, video, audio };
}

/** The small one, complete, with subtitles: signs in Korean, and all that is heard in English. */
export function textPresentation(): Presentation {
  const text = (digit: string, language: string, more: Partial<TextMedia>): TextMedia => ({
    name: `s-${digit.repeat(32)}`,
    language,
    label: language,
    isForced: false,
    isSdh: false,
    bytes: 1000,
    segmentTicks: [600_000, 300_000],
    ...more,
  });
  return {
    ...smallPresentation({ complete: true }),
    text: [text('1', 'ko', { isForced: true }), text('2', 'en', { isSdh: true, label: 'English "SDH" & more' })],
  };
}
