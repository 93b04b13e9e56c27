import { audioRenditionName } from '../../server/assets/rendition-names.ts';
import type { AudioInfo } from '../../server/assets/media-info.ts';
import type { AudioRendition, AudioTrackPlan } from '../plan.ts';
import { arePlacesUnknown, isAmbisonic, isSurround } from '../probe/sound-layout.ts';
import { sampleRate } from '../timeline.ts';
import type { Ladder } from './ladder-file.ts';

function languageName(language: string): string {
  if (language === 'und') return 'Audio';
  return new Intl.DisplayNames(['en'], { type: 'language', fallback: 'code' }).of(language) ?? language;
}

/** Codecs of which ffmpeg decodes one frame of each packet, however many are in it. */
const manyFramesAPacket: readonly string[] = ['amr_nb', 'amr_wb'];

function mixOf({ layout, channels }: AudioInfo): Pick<AudioTrackPlan, 'mix'> {
  if (isAmbisonic(layout) && channels >= 4) return { mix: { kind: 'ambisonic', channels } };
  return arePlacesUnknown(layout, channels) ? { mix: { kind: 'turns', channels } } : {};
}

/** What becomes of the source's sound: a plan for each of its tracks. Pure. @param leadMs title time before the picture */
export function audioTracks(
  audio: readonly AudioInfo[],
  ladder: Ladder,
  leadMs: number,
  titleMs: number,
): AudioTrackPlan[] {
  const labels = new Set<string>();
  const firstDefault = Math.max(
    0,
    audio.findIndex((track) => track.isDefault),
  );
  return audio.map((info, track): AudioTrackPlan => {
    const name = (info.title ?? languageName(info.language)).replaceAll('"', "'");
    let label = name;
    for (let number = 2; labels.has(label); number += 1) label = `${name} ${number}`;
    labels.add(label);
    const silences = (info.silences ?? [])
      .map(([from, to]) => [from + leadMs, to + leadMs] as const)
      .filter(([from]) => from < titleMs);
    return {
      track,
      stream: info.stream,
      language: info.language,
      label,
      isDefault: track === firstDefault,
      ...mixOf(info),
      ...(manyFramesAPacket.includes(info.codec) && {
        unpack: { format: 'amr' as const, startMicroseconds: info.startMicroseconds ?? 0 },
      }),
      ...(info.promisedSeconds && { promised: { seconds: info.promisedSeconds, sampleRate: info.sampleRate } }),
      ...(silences.length > 0 && { silences }),
      renditions: audioRenditions(info, track, ladder),
    };
  });
}

/** Channels of a surround rendition: 5.1, the most that AAC-LC players have in common. */
const surroundChannels = 6;

/** What a track is encoded to: mono or stereo in each quality, which everything plays, and 5.1 where there is as much. */
function audioRenditions(info: AudioInfo, track: number, { audio, surround }: Ladder): AudioRendition[] {
  const rendition = (
    { quality, bitrate }: { readonly quality: string; readonly bitrate: number },
    channels: AudioRendition['channels'],
  ): AudioRendition => ({ name: audioRenditionName(track, quality), quality, bitrate, channels, sampleRate });
  return [
    ...audio.map((quality) => rendition(quality, info.channels === 1 ? 1 : 2)),
    ...(surround && isSurround(info.layout, info.channels) ? [rendition(surround, surroundChannels)] : []),
  ];
}

/** Whether any track is published with more than two channels. */
export const hasSurround = (tracks: readonly AudioTrackPlan[]): boolean =>
  tracks.some(({ renditions }) => renditions.some(({ channels }) => channels > 2));
