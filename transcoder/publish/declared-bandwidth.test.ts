import hlsParser from 'hls-parser';
import type { types } from 'hls-parser';
import t from 'tap';
import { measureBandwidth, measureKeyframeBandwidth } from './bandwidth.ts';
import { videoRenditionName } from '../../server/assets/rendition-names.ts';
import { randomFrom } from '../../server/testing/random.ts';
import { writeMpd } from './dash.ts';
import { writeMultivariantPlaylist } from './hls.ts';
import type { Presentation, Segment, VideoMedia } from './presentation.ts';
import { rungsBelowTop, upToRung } from './rungs.ts';
import { smallPresentation } from './testing/small-presentation.ts';

/** A title of any shape whose renditions need any number of bits: what is small may need more than what is large. */
function anyPresentation(seed: number): Presentation {
  const random = randomFrom(seed);
  const small = smallPresentation({ complete: random(0, 2) > 0 });
  const segments = (count: number): readonly Segment[] =>
    Array.from({ length: count }, (_, index) => {
      const bytes = random(1, 3_000_000);
      const keyframes = [{ offset: 40, bytes: random(1, bytes), durationTicks: 360_000 }];
      return { number: index + 1, startTicks: index * 360_000, durationTicks: 360_000, bytes, frames: 0, keyframes };
    });
  const count = random(1, 6);
  const portrait = random(0, 1) === 1;
  const sides = [234, 360, 540, 720, 1080, 1440, 2160].slice(0, random(1, 7)).toReversed();
  const isSilent = random(0, 4) === 0;
  const withSurround = random(0, sides.length);
  const taken = new Set<string>();
  const video = sides.flatMap((side, place): VideoMedia[] => {
    const long = 2 * Math.round((side * 8) / 9);
    // Now and then a size has two bit rates.
    return Array.from({ length: random(1, 5) === 1 ? 2 : 1 }, () => {
      const maxBitrate = random(100, 9000) * 1000;
      const name = videoRenditionName({ shortSide: side, maxBitrate }, taken);
      taken.add(name);
      return {
        name,
        codec: 'avc1.640028',
        maxBitrate,
        width: portrait ? side : long,
        height: portrait ? long : side,
        audioQuality: random(0, 1) === 0 ? '128' : '64',
        ...(place < withSurround && { surroundQuality: '384' }),
        segments: segments(count),
      };
    });
  });
  const audio = small.audio.flatMap((rendition) =>
    // The second track has no 5.1.
    ['128', '64', '384']
      .slice(0, 3 - rendition.track)
      .map((quality) => ({
        ...rendition,
        channels: quality === '384' ? 6 : 2,
        name: `a${rendition.track}-${quality}`,
        quality,
        segments: segments(count),
      })),
  );
  return { ...small, video, audio: isSilent ? [] : audio };
}

type Bits = Map<string, number>;

/** What the manifests of a presentation declare, by rendition. */
function declared(presentation: Presentation) {
  const playlist = hlsParser.parse(writeMultivariantPlaylist(presentation)) as types.MasterPlaylist;
  const mpd = writeMpd(presentation, 0);
  const [hls, surround, keyframes] = [0, 1, 2].map(() => new Map<string, number>()) as [Bits, Bits, Bits];
  for (const { uri, bandwidth, averageBandwidth = 0, isIFrameOnly, audio } of playlist.variants) {
    if (averageBandwidth > bandwidth) throw new Error(`${uri}: the average is above the peak`);
    const isSurround = audio.some(({ groupId }) => groupId === 'audio-384');
    (isIFrameOnly ? keyframes : isSurround ? surround : hls).set(uri.split('/', 1)[0] as string, bandwidth);
  }
  const dash = new Map(
    [...mpd.matchAll(/id="([a-z0-9-]+)" bandwidth="(\d+)"/g)].map(([, id, bits]) => [id, Number(bits)]),
  );
  return { hls, surround, keyframes, dash };
}

t.test('a larger picture always declares more, and nothing declares less than it has', async (t) => {
  let [odd, with51] = [0, 0];
  for (let seed = 1; seed <= 300; seed += 1) {
    const presentation = anyPresentation(seed);
    const { targetSeconds, audio } = presentation;
    const { hls, surround, keyframes, dash } = declared(presentation);
    const of = (bits: ReadonlyMap<string | undefined, number>, { name }: { name: string }) => bits.get(name) as number;
    const peak = ({ segments }: { segments: readonly Segment[] }) => measureBandwidth(segments, targetSeconds).peak;
    const wrong: string[] = [];
    const hold = (isTrue: boolean, what: string) => {
      if (!isTrue) wrong.push(what);
    };
    for (const video of presentation.video) {
      const group = audio.filter(({ quality }) => quality === video.audioQuality);
      const sound = Math.max(0, ...group.map((each) => of(dash, each)));
      hold(of(dash, video) >= peak(video), `${video.name}: DASH declares what it has`);
      hold(of(hls, video) >= of(dash, video) + sound, `${video.name}: HLS declares what DASH does`);
      hold(hls.has(video.name) && dash.has(video.name) && keyframes.has(video.name), `${video.name} is declared`);
      if (video.surroundQuality !== undefined && audio.length > 0) {
        with51 += 1;
        const best = audio.filter(({ quality }) => quality === '384').map((each) => of(dash, each));
        hold(of(surround, video) >= of(dash, video) + Math.max(...best), `${video.name}: with 5.1, too`);
      }
      const ownKeyframes = measureKeyframeBandwidth(video.segments, targetSeconds).peak;
      hold(of(keyframes, video) >= ownKeyframes, `${video.name}: key frames declare what they have`);
      for (const other of presentation.video) {
        if (video.width * video.height <= other.width * other.height) continue;
        if (peak(video) < peak(other)) odd += 1;
        for (const [what, bits] of Object.entries({ hls, surround, keyframes, dash }))
          if (bits.has(video.name) && bits.has(other.name))
            hold(of(bits, video) > of(bits, other), `${what}: ${video.name} is above ${other.name}`);
      }
    }
    for (const rung of rungsBelowTop(presentation)) {
      const below = upToRung(presentation, rung);
      const lower = declared(below).hls;
      for (const video of below.video)
        hold(of(lower, video) === of(hls, video), `${video.name}: the same in the manifest up to ${rung}`);
    }
    if (wrong.length > 0) t.same(wrong, [], `title ${seed}`);
  }
  t.ok(with51 > 100);
  t.ok(odd > 500, `in many titles something small needs more than something large: ${odd}`);
});

t.test('where the larger one has more, what is declared is what was measured', async (t) => {
  const { hls, dash } = declared(smallPresentation({ complete: true }));
  t.same([...dash.entries()].slice(0, 2), [
    ['v1080-6000', 4_800_000],
    ['v720-3000', 2_400_000],
  ]);
  t.equal(hls.get('v1080-6000'), 4_800_000 + 128_343);
  t.equal(hls.get('v720-3000'), 2_400_000 + 128_343);
});
