import { isSurround, type AudioMedia, type Presentation, type TextMedia } from './presentation.ts';

/**
 * The same title with some of its audio left out, and with subtitles. One audio track stays, whatever is asked for: a
 * title with sound is never offered without. Where the default one is left out, the first that stays takes its place.
 */
export function withTracks(
  presentation: Presentation,
  { audioOff, text }: { readonly audioOff: ReadonlySet<number>; readonly text: readonly TextMedia[] },
): Presentation {
  const kept = presentation.audio.filter(({ track }) => !audioOff.has(track));
  const audio = kept.length > 0 ? withDefault(kept) : presentation.audio;
  const [best] = audio.filter((each) => !isSurround(each)).toSorted((a, b) => b.maxBitrate - a.maxBitrate);
  return {
    ...presentation,
    audio,
    // A quality that only tracks had that are left out: the best of the others goes with the picture.
    video: presentation.video.map((video) =>
      best === undefined || audio.some(({ quality }) => quality === video.audioQuality)
        ? video
        : { ...video, audioQuality: best.quality },
    ),
    ...(text.length > 0 && { text }),
  };
}

function withDefault(audio: readonly AudioMedia[]): readonly AudioMedia[] {
  if (audio.some(({ isDefault }) => isDefault)) return audio;
  return audio.map((each) => ({ ...each, isDefault: each.track === audio[0]?.track }));
}
