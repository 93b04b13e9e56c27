import type { Test } from 'tap';
import hlsParser from 'hls-parser';
import type { types } from 'hls-parser';
import { decode, fetchBytes, fetchText, fragments, soundOf, timescale, videoPackets } from './media.ts';

export interface Expectation {
  /** Output frames of every video rendition. */
  readonly frames: number;
  /** Video renditions at least. */
  readonly rungs: number;
  /** Width of the top rendition divided by its height. */
  readonly aspect: number;
  readonly audio: boolean;
  /** Whether there is 5.1 beside stereo; default no. */
  readonly surround?: boolean;
}

interface MediaPlaylist {
  readonly url: string;
  readonly text: string;
  readonly playlist: types.MediaPlaylist;
}

async function mediaPlaylist(url: string): Promise<MediaPlaylist> {
  const text = await fetchText(url);
  return { url, text, playlist: hlsParser.parse(text) as types.MediaPlaylist };
}

/**
 * Checks a finished presentation from the outside, as a player sees it: counts, alignment, time lines, bit rates,
 * trick play, and a full decode of every variant over HTTP.
 */
export async function checkPresentation(
  t: Test,
  tools: { ffmpeg: string; ffprobe: string },
  urls: { hls: string; dash: string },
  expected: Expectation,
): Promise<void> {
  const masterText = await fetchText(urls.hls);
  const master = hlsParser.parse(masterText) as types.MasterPlaylist;
  t.ok(
    masterText.includes('#EXT-X-INDEPENDENT-SEGMENTS'),
    'the multivariant playlist says that segments are independent',
  );
  const variants = master.variants.filter((variant) => !variant.isIFrameOnly);
  const trickPlay = master.variants.filter((variant) => variant.isIFrameOnly);
  t.ok(variants.length >= expected.rungs, `${variants.length} variants, at least ${expected.rungs}`);
  t.ok(trickPlay.length >= 1, 'there are I-frame playlists');
  for (const variant of variants) {
    t.ok(
      variant.codecs && variant.resolution && variant.averageBandwidth && variant.frameRate,
      `${variant.uri} states codecs, resolution, average bandwidth and frame rate`,
    );
    t.ok(
      (variant.resolution?.width ?? 1) % 2 === 0 && (variant.resolution?.height ?? 1) % 2 === 0,
      `${variant.uri} has even dimensions`,
    );
  }
  const top = variants.toSorted((a, b) => (b.resolution?.width ?? 0) - (a.resolution?.width ?? 0))[0];
  const aspect = (top?.resolution?.width ?? 0) / (top?.resolution?.height ?? 1);
  t.ok(Math.abs(aspect / expected.aspect - 1) < 0.02, `the aspect ratio is ${aspect}, expected ${expected.aspect}`);

  const playlists = new Map<string, MediaPlaylist>();
  const load = async (uri: string): Promise<MediaPlaylist> => {
    const url = new URL(uri, urls.hls).href;
    const known = playlists.get(url) ?? (await mediaPlaylist(url));
    playlists.set(url, known);
    return known;
  };

  const cuts: string[] = [];
  const keyFrames: string[] = [];
  for (const variant of variants) {
    const video = await load(variant.uri);
    t.equal(video.playlist.endlist, true, `${variant.uri} has ended`);
    t.equal(video.playlist.playlistType, 'VOD', `${variant.uri} is VOD`);
    cuts.push(video.playlist.segments.map((segment) => segment.duration.toFixed(4)).join(' '));
    const measured = await checkTimeline(t, video, expected.frames);
    const audioUri = variant.audio[0]?.uri;
    t.equal(audioUri !== undefined, expected.audio, `${variant.uri} ${expected.audio ? 'has' : 'has no'} audio`);
    const audio = audioUri === undefined ? undefined : await load(audioUri);
    const sound = audio ? await checkTimeline(t, audio, undefined) : undefined;
    if (audio && sound) {
      t.equal(
        audio.playlist.targetDuration,
        video.playlist.targetDuration,
        `audio and video of ${variant.uri} share the target duration`,
      );
      t.ok(
        Math.abs(sound.seconds - measured.seconds) < 0.05,
        `audio and video of ${variant.uri} last the same: ${sound.seconds}, ${measured.seconds}`,
      );
    }
    const average = measured.average + (sound?.average ?? 0);
    const peak = measured.peak + (sound?.peak ?? 0);
    t.ok(
      Math.abs(average / (variant.averageBandwidth ?? 1) - 1) <= 0.1,
      `${variant.uri}: measured average ${Math.round(average)}, declared ${variant.averageBandwidth}`,
    );
    t.ok(
      peak <= variant.bandwidth * 1.1 && peak >= variant.bandwidth * 0.9,
      `${variant.uri}: measured peak ${Math.round(peak)}, declared ${variant.bandwidth}`,
    );
    const packets = await videoPackets(tools.ffprobe, video.url);
    t.equal(packets.length, expected.frames, `${variant.uri} has exactly ${expected.frames} frames`);
    t.ok(
      packets.every((packet, index) => index === 0 || packet.dts > (packets[index - 1]?.dts ?? 0)),
      `${variant.uri}: decode times grow`,
    );
    keyFrames.push(
      packets
        .filter(({ key }) => key)
        .map(({ pts }) => (pts - (packets[0]?.pts ?? 0)).toFixed(3))
        .join(' '),
    );
    const decoded = await decode(tools.ffmpeg, video.url);
    t.equal(decoded.complaints, '', `${variant.uri} decodes without a complaint`);
    t.equal(decoded.frames, expected.frames, `${variant.uri} decodes to ${expected.frames} frames`);
  }
  t.equal(new Set(cuts).size, 1, 'all variants are cut into segments at the same times');
  t.equal(new Set(keyFrames).size, 1, 'all variants have their key frames at the same times');

  for (const variant of trickPlay) {
    const { playlist, url, text } = await load(variant.uri);
    t.ok(text.includes('#EXT-X-I-FRAMES-ONLY'), `${variant.uri} is I-frames only`);
    for (const segment of playlist.segments.slice(0, 3)) {
      const range = segment.byterange;
      if (!range) {
        t.fail(`${variant.uri} lists an I-frame without a byte range`);
        continue;
      }
      const whole = await fetchBytes(new URL(segment.uri, url).href);
      t.equal(
        whole.toString('latin1', range.offset + 4, range.offset + 8),
        'moof',
        `${variant.uri}: a range starts at a moof`,
      );
    }
  }
  await checkSurround(t, tools, { master, urls }, expected.surround ?? false);
  const hls = await decode(tools.ffmpeg, urls.hls, '0:v:0');
  t.equal(hls.complaints, '', 'the HLS presentation decodes as a whole without a complaint');
  const dash = await decode(tools.ffmpeg, urls.dash, '0:v:0');
  t.equal(dash.complaints, '', 'the DASH presentation decodes without a complaint');
  t.equal(dash.frames, expected.frames, `the DASH presentation decodes to ${expected.frames} frames`);
}

/** 5.1 is told apart from stereo in both manifests, and is six channels that are as long as the two. */
async function checkSurround(
  t: Test,
  tools: { ffmpeg: string; ffprobe: string },
  { master, urls }: { master: types.MasterPlaylist; urls: { hls: string; dash: string } },
  isExpected: boolean,
): Promise<void> {
  const offered = master.variants.filter(({ isIFrameOnly }) => !isIFrameOnly);
  const channelsOf = (variant: types.Variant) => Number(variant.audio[0]?.channels ?? 0);
  const surround = offered.filter((variant) => channelsOf(variant) > 2);
  const mpd = await fetchText(urls.dash);
  t.equal(mpd.includes('audio_channel_configuration:2011" value="6"'), isExpected, 'the MPD says whether there is 5.1');
  t.equal(surround.length > 0, isExpected, 'and so does the multivariant playlist');
  const [first] = surround;
  if (!first || !isExpected) return;
  t.ok(surround.every((variant) => offered.some((other) => other.uri === variant.uri && channelsOf(other) <= 2)));
  t.ok(channelsOf(offered[0] as types.Variant) <= 2, 'stereo comes first');
  const [six, two] = [first, offered[0] as types.Variant].map(
    ({ audio }) => new URL(audio[0]?.uri ?? '', urls.hls).href,
  );
  const heard = [await soundOf(tools.ffprobe, six as string), await soundOf(tools.ffprobe, two as string)];
  t.match(heard, [
    { channels: 6, layout: '5.1' },
    { channels: 2, layout: 'stereo' },
  ]);
  t.same(heard[0]?.times, heard[1]?.times, 'frame for frame at the same times');
  t.equal((await decode(tools.ffmpeg, six as string)).complaints, '', '5.1 decodes without a complaint');
}

/** Continuity of `tfdt` over all fragments, and bit rates as Apple defines them (peak over 0.5 to 1.5 target durations). */
async function checkTimeline(
  t: Test,
  media: MediaPlaylist,
  frames: number | undefined,
): Promise<{ seconds: number; average: number; peak: number }> {
  const { playlist, url } = media;
  const name = new URL(url).pathname.split('/').slice(-2).join('/');
  const mapUri = playlist.segments[0]?.map?.uri;
  if (mapUri === undefined) throw new Error(`${name} has no EXT-X-MAP`);
  const init = await fetchBytes(new URL(mapUri, url).href);
  const scale = timescale(init);
  let next: number | undefined;
  let start = 0;
  let gaps = 0;
  let samples = 0;
  const segments: { bytes: number; seconds: number }[] = [];
  for (const segment of playlist.segments) {
    const data = await fetchBytes(new URL(segment.uri, url).href);
    let ticks = 0;
    for (const fragment of fragments(data)) {
      start = next === undefined ? fragment.decodeTime : start;
      if (next !== undefined && fragment.decodeTime !== next) gaps++;
      next = fragment.decodeTime + fragment.duration;
      ticks += fragment.duration;
      samples += fragment.samples;
    }
    if (Math.abs(ticks / scale - segment.duration) > 0.001)
      t.fail(`${name}: ${segment.uri} lasts ${ticks / scale} s, the playlist says ${segment.duration}`);
    if (segment.duration > playlist.targetDuration + 0.5)
      t.fail(`${name}: ${segment.uri} is longer than the target duration`);
    segments.push({ bytes: data.length, seconds: ticks / scale });
  }
  t.equal(gaps, 0, `${name}: every tfdt is the sum of the durations before it`);
  t.equal(start, 0, `${name}: the time line starts at 0`);
  if (frames !== undefined) t.equal(samples, frames, `${name}: the segments hold ${frames} samples`);
  const seconds = segments.reduce((sum, segment) => sum + segment.seconds, 0);
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  let peak = 0;
  for (let from = 0; from < segments.length; from++) {
    let [windowBytes, windowSeconds] = [0, 0];
    for (const segment of segments.slice(from)) {
      windowBytes += segment.bytes;
      windowSeconds += segment.seconds;
      if (windowSeconds > playlist.targetDuration * 1.5) break;
      if (windowSeconds >= playlist.targetDuration * 0.5) peak = Math.max(peak, (windowBytes * 8) / windowSeconds);
    }
  }
  return { seconds, average: (bytes * 8) / seconds, peak: peak || (bytes * 8) / seconds };
}
