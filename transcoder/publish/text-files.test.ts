import t from 'tap';
import type { OfferedSubtitles } from '../../server/assets/tracks.ts';
import { textFiles } from './text-files.ts';
import { smallPresentation } from './testing/small-presentation.ts';
import { withTracks } from './with-tracks.ts';

const offered = (more: Partial<OfferedSubtitles> = {}): OfferedSubtitles => ({
  id: 'subtitles_1',
  language: 'ko',
  label: null,
  isForced: false,
  isSdh: false,
  cues: [
    { startMs: 1000, endMs: 2000, text: 'one', settings: 'line:0' },
    { startMs: 29_000, endMs: 31_000, text: 'two', settings: '' },
    { startMs: 60_000, endMs: 99_000, text: 'three', settings: '' },
    { startMs: 80_000, endMs: 99_000, text: 'too late', settings: '' },
  ],
  ...more,
});
const seventy = 70 * 90_000;

t.test('pieces hold every cue that reaches into them', async (t) => {
  const [{ media, files } = { media: undefined, files: new Map<string, string>() }] = textFiles([offered()], seventy);
  t.same(media?.segmentTicks, [2_700_000, 2_700_000, 900_000]);
  t.same([...files.keys()], ['all.vtt', '00001.vtt', '00002.vtt', '00003.vtt']);
  t.match(files.get('00001.vtt'), /one\n\n.*--> 00:00:31.000\ntwo\n$/);
  t.match(files.get('00002.vtt'), /MPEGTS:0\n\n00:00:29.000 --> 00:00:31.000\ntwo\n$/);
  t.match(files.get('00003.vtt'), /MPEGTS:0\n\n00:01:00.000 --> 00:01:10.000\nthree\n$/, 'cut at the end of the video');
  t.match(files.get('all.vtt'), /^WEBVTT\n\n00:00:01.000 --> 00:00:02.000 line:0\none\n\n/);
  t.notMatch(files.get('all.vtt'), 'too late');
  t.equal(media?.bytes, Buffer.byteLength(files.get('all.vtt') ?? ''));
});

t.test('a folder is called by what is in it', async (t) => {
  const nameOf = (more: Partial<OfferedSubtitles> = {}, ticks = seventy) =>
    textFiles([offered(more)], ticks)[0]?.media.name;
  t.match(nameOf(), /^s-[0-9a-f]{32}$/);
  t.equal(nameOf({ label: 'another' }), nameOf(), 'labels are in manifests only');
  t.not(nameOf({ cues: [] }), nameOf());
  t.not(nameOf({}, seventy / 2), nameOf());
  t.not(nameOf({ id: 'subtitles_2' }), nameOf(), 'ids of representations are unique');
});

t.test('labels tell subtitles apart', async (t) => {
  const labels = textFiles(
    [
      offered(),
      offered({ isSdh: true }),
      offered({ isForced: true }),
      offered(),
      offered({ label: 'Mine' }),
      offered({ language: 'qaa' }),
    ],
    seventy,
  ).map(({ media }) => media.label);
  t.same(labels, ['한국어', '한국어 (SDH)', '한국어 (forced)', '한국어 2', 'Mine', 'qaa']);
});

t.test('audio is left out, but never all of it', async (t) => {
  const presentation = smallPresentation({ complete: true });
  const off = (...tracks: readonly number[]) => withTracks(presentation, { audioOff: new Set(tracks), text: [] });
  t.same(off(), presentation);
  t.same(
    off(0).audio.map(({ track, isDefault }) => [track, isDefault]),
    [[1, true]],
  );
  t.same(off(0, 1), presentation);
  const [english, other] = presentation.audio;
  const uneven = { ...presentation, audio: [english!, { ...other!, quality: '48', maxBitrate: 48_000 }] };
  t.same(
    withTracks(uneven, { audioOff: new Set([0]), text: [] }).video.map(({ audioQuality }) => audioQuality),
    ['48', '48'],
    'the picture goes with what is left',
  );
});
