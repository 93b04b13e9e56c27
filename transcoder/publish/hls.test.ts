import hlsParser from 'hls-parser';
import type { types } from 'hls-parser';
import { Parser } from 'm3u8-parser';
import t from 'tap';
import { writeKeyframePlaylist, writeMediaPlaylist, writeMultivariantPlaylist, writeTextPlaylist } from './hls.ts';
import type { AudioMedia, VideoMedia } from './presentation.ts';
import { upToRung } from './rungs.ts';
import { smallPresentation, surroundPresentation, textPresentation } from './testing/small-presentation.ts';

const complete = smallPresentation({ complete: true });
const growing = smallPresentation({ complete: false, segments: 1 });
const [top] = complete.video as readonly [VideoMedia];

function m3u8(text: string): Parser['manifest'] {
  const parser = new Parser();
  parser.push(text);
  parser.end();
  return parser.manifest;
}

t.test('a finished media playlist', async (t) => {
  const text = writeMediaPlaylist(complete, top);
  t.equal(
    text,
    `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="init.mp4"
#EXTINF:4.000000,
00001.m4s
#EXTINF:4.000000,
00002.m4s
#EXTINF:2.000000,
00003.m4s
#EXT-X-ENDLIST
`,
  );
  const parsed = hlsParser.parse(text) as types.MediaPlaylist;
  t.match(parsed, { endlist: true, playlistType: 'VOD', targetDuration: 4, version: 7 });
  t.equal(m3u8(text).segments?.length, 3);
});

t.test('a growing media playlist is an EVENT that starts at its beginning', async (t) => {
  const text = writeMediaPlaylist(growing, growing.video[0] as VideoMedia);
  t.equal(
    text,
    `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-PLAYLIST-TYPE:EVENT
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-START:TIME-OFFSET=0.001,PRECISE=YES
#EXT-X-MAP:URI="init.mp4"
#EXTINF:4.000000,
00001.m4s
`,
  );
  t.match(hlsParser.parse(text), { endlist: false, playlistType: 'EVENT', start: { offset: 0.001, precise: true } });
});

t.test('an I-frame playlist names byte ranges', async (t) => {
  const text = writeKeyframePlaylist(complete, top);
  t.match(
    text,
    `#EXT-X-I-FRAMES-ONLY
#EXT-X-MAP:URI="init.mp4"
#EXTINF:2.000000,
#EXT-X-BYTERANGE:9000@40
00001.m4s
#EXTINF:2.000000,
#EXT-X-BYTERANGE:8000@500040
00001.m4s
`,
  );
  const parsed = hlsParser.parse(text) as types.MediaPlaylist;
  t.equal(parsed.isIFrame, true);
  t.same(
    parsed.segments.map(({ byterange }) => byterange),
    [
      { length: 9000, offset: 40 },
      { length: 8000, offset: 500_040 },
      { length: 9500, offset: 40 },
      { length: 7000, offset: 600_040 },
      { length: 9100, offset: 40 },
    ],
  );
});

t.test('the multivariant playlist', async (t) => {
  const text = writeMultivariantPlaylist(complete);
  t.equal(
    text,
    `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio-128",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="a0-128/index.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio-128",NAME="Português  do  <Brasil> & mais",LANGUAGE="pt-BR",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="2",URI="a1-128/index.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=2528343,AVERAGE-BANDWIDTH=2207932,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=25.000,AUDIO="audio-128",CLOSED-CAPTIONS=NONE
v720-3000/index.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=4928343,AVERAGE-BANDWIDTH=4287932,CODECS="avc1.640028,mp4a.40.2",RESOLUTION=1920x1080,FRAME-RATE=25.000,AUDIO="audio-128",CLOSED-CAPTIONS=NONE
v1080-6000/index.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=38001,AVERAGE-BANDWIDTH=34080,CODECS="avc1.640028",RESOLUTION=1920x1080,URI="v1080-6000/iframes.m3u8"
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=38000,AVERAGE-BANDWIDTH=34080,CODECS="avc1.64001f",RESOLUTION=1280x720,URI="v720-3000/iframes.m3u8"
`,
  );
  const parsed = hlsParser.parse(text) as types.MasterPlaylist;
  const variants = parsed.variants.filter(({ isIFrameOnly }) => !isIFrameOnly);
  t.same(
    variants.map(({ uri }) => uri),
    ['v720-3000/index.m3u8', 'v1080-6000/index.m3u8'],
    'about 2000 kb/s comes first',
  );
  t.equal(variants[0]?.audio.length, 2);
  t.equal(m3u8(text).playlists?.length, 2);
});

t.test('while it grows, a variant declares no less than its cap, and the order is the same', async (t) => {
  const variants = (hlsParser.parse(writeMultivariantPlaylist(growing)) as types.MasterPlaylist).variants.filter(
    ({ isIFrameOnly }) => !isIFrameOnly,
  );
  t.same(
    variants.map(({ uri, bandwidth }) => [uri, bandwidth]),
    [
      ['v720-3000/index.m3u8', 2_400_000 + 128_000],
      ['v1080-6000/index.m3u8', 6_000_000 + 128_000],
    ],
  );
});

t.test('groups rise to the best one: VLC plays what it met last of all that is default', async (t) => {
  const { video, audio } = surroundPresentation({ complete: true });
  const low = audio
    .filter(({ quality }) => quality === '128')
    .map((each) => ({ ...each, name: `a${each.track}-48`, quality: '48', maxBitrate: 48_000 }));
  const byTrack = [...audio, ...low].toSorted((a, b) => a.track - b.track);
  const [best, ...lower] = video as readonly [VideoMedia, ...VideoMedia[]];
  const text = writeMultivariantPlaylist({
    ...complete,
    video: [best, ...lower.map((each) => ({ ...each, audioQuality: '48' }))],
    audio: byTrack,
  });
  t.same(
    [...text.matchAll(/GROUP-ID="([^"]*)".*DEFAULT=YES.*URI="([^/]*)/g)].map(([, group, name]) => [group, name]),
    [
      ['audio-48', 'a0-48'],
      ['audio-128', 'a0-128'],
      ['audio-384', 'a0-384'],
    ],
  );
});

t.test('5.1 comes after stereo, with the better pictures, in a group that has every language', async (t) => {
  const withSurround = surroundPresentation({ complete: true });
  const text = writeMultivariantPlaylist(withSurround);
  const parsed = hlsParser.parse(text) as types.MasterPlaylist;
  const variants = parsed.variants.filter(({ isIFrameOnly }) => !isIFrameOnly);
  t.same(
    variants.map(({ uri, audio }) => [uri, audio[0]?.groupId, ...audio.map(({ channels }) => channels)]),
    [
      ['v720-3000/index.m3u8', 'audio-128', '2', '2'],
      ['v1080-6000/index.m3u8', 'audio-128', '2', '2'],
      ['v1080-6000/index.m3u8', 'audio-384', '6', '2'],
    ],
  );
  t.equal(
    text
      .split('\n')
      .filter((line) => line.startsWith('#EXT-X-MEDIA') && line.includes('384'))
      .join('\n'),
    `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio-384",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="6",URI="a0-384/index.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio-384",NAME="Português  do  <Brasil> & mais",LANGUAGE="pt-BR",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="2",URI="a1-128/index.m3u8"`,
  );
  const [stereo, surround] = variants.slice(1);
  t.equal((surround?.bandwidth ?? 0) - (stereo?.bandwidth ?? 0), 385_027 - 128_343, 'each with its own sound');
  t.equal(surround?.codecs, 'avc1.640028,mp4a.40.2');
  t.equal(
    text.replaceAll(/^.*384.*\n(?:v.*\n)?/gm, ''),
    writeMultivariantPlaylist(complete),
    'all else is as without it',
  );
  const lower = upToRung(withSurround, 720);
  t.notMatch(writeMultivariantPlaylist(lower), 'audio-384', 'no picture of this rung goes with it');
  const later = { ...withSurround, audio: withSurround.audio.filter((audio) => audio.track === 1) };
  t.notMatch(writeMultivariantPlaylist(later), 'audio-384', 'not before there is any');
});

t.test('a silent title has no audio group', async (t) => {
  const text = writeMultivariantPlaylist({ ...complete, audio: [] });
  t.notMatch(text, 'AUDIO=');
  t.notMatch(text, 'EXT-X-MEDIA:');
  t.match(text, 'CODECS="avc1.640028",');
});

t.test('an audio quality that no variant goes with is not offered', async (t) => {
  const [english, portuguese] = complete.audio as readonly [AudioMedia, AudioMedia];
  const text = writeMultivariantPlaylist({ ...complete, audio: [english, { ...portuguese, quality: '48' }] });
  t.notMatch(text, 'audio-48');
  t.match(text, 'GROUP-ID="audio-128"');
});

t.test('no URI leaves the path prefix or carries a query', async (t) => {
  const all = [
    writeMultivariantPlaylist(complete),
    writeMediaPlaylist(complete, top),
    writeKeyframePlaylist(complete, top),
  ].join('');
  const uris = [...all.matchAll(/URI="([^"]*)"|^([^#\n].*)$/gm)].map((match) => match[1] ?? match[2] ?? '');
  t.ok(uris.length > 10);
  t.same(
    uris.filter((uri) => !/^[a-z0-9/.-]+$/.test(uri) || uri.startsWith('/') || uri.includes('..')),
    [],
  );
});

t.test('subtitles', async (t) => {
  const presentation = textPresentation();
  const text = writeMultivariantPlaylist(presentation);
  const tags = text.split('\n').filter((line) => line.includes('TYPE=SUBTITLES'));
  t.same(tags, [
    `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="ko",LANGUAGE="ko",DEFAULT=NO,AUTOSELECT=YES,FORCED=YES,URI="s-${'1'.repeat(32)}/index.m3u8"`,
    `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="English  SDH  & more",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,CHARACTERISTICS="public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound",URI="s-${'2'.repeat(32)}/index.m3u8"`,
  ]);
  const without = text.split('\n').filter((line) => !tags.includes(line));
  t.equal(
    without.join('\n').replaceAll(',SUBTITLES="subtitles"', ''),
    writeMultivariantPlaylist(complete),
    'all else is as without them',
  );
  t.equal(text.match(/^#EXT-X-STREAM-INF.*SUBTITLES="subtitles"/gm)?.length, 2, 'each variant has them');
  t.equal(
    writeTextPlaylist(presentation.text![0]!),
    `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:7
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-PLAYLIST-TYPE:VOD
#EXTINF:6.666667,
00001.vtt
#EXTINF:3.333333,
00002.vtt
#EXT-X-ENDLIST
`,
  );
});
