import hlsParser from 'hls-parser';
import type { types } from 'hls-parser';
import { Parser } from 'm3u8-parser';
import { parse as parseMpd } from 'mpd-parser';
import t from 'tap';
import { writeMpd } from './dash.ts';
import { writeMultivariantPlaylist } from './hls.ts';
import { rungsBelowTop, upToRung } from './rungs.ts';
import { longPresentation, smallPresentation } from './testing/small-presentation.ts';

const complete = smallPresentation({ complete: true });

t.test('one for each short side below the highest', async (t) => {
  const rungs = (shortSides: readonly number[]): readonly number[] =>
    rungsBelowTop(longPresentation({ complete: true, segments: 1, shortSides }));
  t.same(rungs([1080, 1080, 720, 720, 540, 432, 432, 360, 234]), [720, 540, 432, 360, 234]);
  t.same(rungs([234, 1080, 720]), [720, 234], 'in whatever order they are');
  t.same(rungs([720, 720]), []);
  t.same(rungs([720]), []);
  t.same(rungsBelowTop({ video: [] }), []);
});

t.test(
  'a short side is what the name says: the narrow side of a portrait, the nominal one of a very wide picture',
  async (t) => {
    const [top, second] = complete.video as [(typeof complete.video)[0], (typeof complete.video)[0]];
    const portrait = [
      { ...top, width: 1080, height: 1920 },
      { ...second, width: 720, height: 1280 },
    ];
    t.same(rungsBelowTop({ video: portrait }), [720]);
    t.same(upToRung({ ...complete, video: [top, { ...second, width: 4096, height: 600 }] }, 700).video, []);
    t.throws(() => rungsBelowTop({ video: [{ ...top, name: 'top' }] }), { message: /top is not the name of a video/ });
    t.throws(() => rungsBelowTop({ video: [{ ...top, name: 'a0-128' }] }), { message: /a0-128 is not the name/ });
  },
);

t.test('the multivariant playlist of a rung', async (t) => {
  const text = writeMultivariantPlaylist(upToRung(complete, 720));
  t.equal(
    text,
    `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio-128",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="a0-128/index.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio-128",NAME="Português  do  <Brasil> & mais",LANGUAGE="pt-BR",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="2",URI="a1-128/index.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=2528343,AVERAGE-BANDWIDTH=2207932,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=25.000,AUDIO="audio-128",CLOSED-CAPTIONS=NONE
v720-3000/index.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=38000,AVERAGE-BANDWIDTH=34080,CODECS="avc1.64001f",RESOLUTION=1280x720,URI="v720-3000/iframes.m3u8"
`,
  );
  t.same(
    (hlsParser.parse(text) as types.MasterPlaylist).variants.map(({ uri }) => uri),
    ['v720-3000/index.m3u8', 'v720-3000/iframes.m3u8'],
  );
});

t.test('the MPD of a rung', async (t) => {
  const whole = writeMpd(complete, 0);
  t.equal(
    writeMpd(upToRung(complete, 720), 0),
    whole
      .replace(/^ *<Representation id="v1080-6000".*\n/m, '')
      .replace('maxWidth="1920" maxHeight="1080"', 'maxWidth="1280" maxHeight="720"'),
    'is the whole one without what is above',
  );
});

for (const isComplete of [false, true])
  t.test(`parsers find the video of a rung, all audio, and the same segments (complete: ${isComplete})`, async (t) => {
    const shortSides = [1080, 720, 720, 360, 234];
    const presentation = longPresentation({ complete: isComplete, segments: 5, shortSides });
    const allAudio = ['a0-128', 'a1-128'];
    for (const rung of rungsBelowTop(presentation)) {
      const video = presentation.video.filter(({ height }) => height <= rung).map(({ name }) => name);
      const multivariant = writeMultivariantPlaylist(upToRung(presentation, rung));
      const master = hlsParser.parse(multivariant) as types.MasterPlaylist;
      const named = (isIFrameOnly: boolean): readonly string[] =>
        master.variants
          .filter((variant) => Boolean(variant.isIFrameOnly) === isIFrameOnly)
          .map(({ uri }) => uri.split('/')[0] as string)
          .toSorted();
      t.same(named(false), video.toSorted(), `${rung}: variants`);
      t.same(named(true), video.toSorted(), `${rung}: I-frame playlists`);
      for (const { isIFrameOnly, audio } of master.variants)
        if (!isIFrameOnly)
          t.same(
            audio.map(({ uri }) => uri?.split('/')[0]),
            allAudio,
          );
      const parser = new Parser();
      parser.push(multivariant);
      parser.end();
      t.equal(parser.manifest.playlists?.length, video.length);

      const mpd = parseMpd(writeMpd(upToRung(presentation, rung), 0), { manifestUri: 'https://example.com/x/m.mpd' });
      t.same(mpd.playlists.map(({ attributes }) => attributes['NAME'] as string).toSorted(), video.toSorted());
      for (const { segments, endList } of mpd.playlists) {
        t.equal(segments.length, 5);
        t.equal(endList, isComplete);
      }
      t.equal(Object.keys(mpd.mediaGroups.AUDIO.audio ?? {}).length, allAudio.length);
    }
  });
