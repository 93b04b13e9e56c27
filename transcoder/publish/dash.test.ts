import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'mpd-parser';
import t from 'tap';
import { writeMpd } from './dash.ts';
import { smallPresentation, surroundPresentation, textPresentation } from './testing/small-presentation.ts';

const complete = smallPresentation({ complete: true });

t.test('a finished MPD', async (t) => {
  const text = writeMpd(complete, 0);
  t.equal(
    text,
    `<?xml version="1.0" encoding="UTF-8"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011,urn:mpeg:dash:profile:cmaf:2019" type="static" mediaPresentationDuration="PT10S" minBufferTime="PT4S" maxSegmentDuration="PT4.010667S">
  <Period id="0" start="PT0S">
    <AdaptationSet id="0" contentType="video" mimeType="video/mp4" par="16:9" maxWidth="1920" maxHeight="1080" frameRate="25" sar="1:1" scanType="progressive" segmentAlignment="true" startWithSAP="1">
      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/>
      <SegmentTemplate timescale="90000" initialization="$RepresentationID$/init.mp4" media="$RepresentationID$/$Number%05d$.m4s" startNumber="1">
        <SegmentTimeline>
          <S t="0" d="360000" r="1"/>
          <S d="180000"/>
        </SegmentTimeline>
      </SegmentTemplate>
      <Representation id="v1080-6000" bandwidth="4800000" codecs="avc1.640028" width="1920" height="1080"/>
      <Representation id="v720-3000" bandwidth="2400000" codecs="avc1.64001f" width="1280" height="720"/>
    </AdaptationSet>
    <AdaptationSet id="1" contentType="audio" mimeType="audio/mp4" lang="en" segmentAlignment="true" startWithSAP="1">
      <AudioChannelConfiguration schemeIdUri="urn:mpeg:dash:23003:3:audio_channel_configuration:2011" value="2"/>
      <Label>English</Label>
      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/>
      <SegmentTemplate timescale="90000" initialization="$RepresentationID$/init.mp4" media="$RepresentationID$/$Number%05d$.m4s" startNumber="1">
        <SegmentTimeline>
          <S t="0" d="360960"/>
          <S d="359040"/>
          <S d="180480"/>
        </SegmentTimeline>
      </SegmentTemplate>
      <Representation id="a0-128" bandwidth="128343" codecs="mp4a.40.2" audioSamplingRate="48000"/>
    </AdaptationSet>
    <AdaptationSet id="2" contentType="audio" mimeType="audio/mp4" lang="pt-BR" segmentAlignment="true" startWithSAP="1">
      <AudioChannelConfiguration schemeIdUri="urn:mpeg:dash:23003:3:audio_channel_configuration:2011" value="2"/>
      <Label>Português &quot;do&quot; &lt;Brasil&gt; &amp; mais</Label>
      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="alternate"/>
      <SegmentTemplate timescale="90000" initialization="$RepresentationID$/init.mp4" media="$RepresentationID$/$Number%05d$.m4s" startNumber="1">
        <SegmentTimeline>
          <S t="0" d="360960"/>
          <S d="359040"/>
          <S d="180480"/>
        </SegmentTimeline>
      </SegmentTemplate>
      <Representation id="a1-128" bandwidth="128343" codecs="mp4a.40.2" audioSamplingRate="48000"/>
    </AdaptationSet>
  </Period>
</MPD>
`,
  );
  const parsed = parse(text, { manifestUri: 'https://example.com/x/manifest.mpd' });
  t.equal(parsed.playlists[0]?.endList, true);
  t.equal(parsed.duration, 10);
  t.same(new Set(parsed.playlists.map(({ attributes }) => attributes['NAME'])), new Set(['v1080-6000', 'v720-3000']));
  t.same(
    parsed.playlists[0]?.segments.map(({ resolvedUri }) => resolvedUri.split('/').at(-1)),
    ['00001.m4s', '00002.m4s', '00003.m4s'],
  );
});

t.test('5.1 is a set of its own beside the stereo of its language, which is preferred', async (t) => {
  const text = writeMpd(surroundPresentation({ complete: true }), 0);
  t.match(
    text,
    `    <AdaptationSet id="10001" contentType="audio" mimeType="audio/mp4" lang="en" segmentAlignment="true" startWithSAP="1">
      <AudioChannelConfiguration schemeIdUri="urn:mpeg:dash:23003:3:audio_channel_configuration:2011" value="6"/>
      <Label>English</Label>
      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/>
`,
  );
  t.match(text, '<Representation id="a0-384" bandwidth="385027" codecs="mp4a.40.2" audioSamplingRate="48000"/>');
  const sets = [...text.matchAll(/<AdaptationSet id="(\d+)"(?: selectionPriority="(\d)")? contentType="audio"/g)];
  t.same(
    sets.map(([, id, priority]) => [id, priority]),
    [
      ['1', '2'],
      ['10001', undefined],
      ['2', '2'],
    ],
  );
});

t.test('a growing MPD is a recording in progress: dynamic, with its whole duration, wholly available', async (t) => {
  const text = writeMpd(smallPresentation({ complete: false, segments: 2 }), Date.UTC(2030, 0, 2));
  t.match(
    text,
    ' type="dynamic" availabilityStartTime="1970-01-01T00:00:00Z" publishTime="2030-01-02T00:00:00.000Z" minimumUpdatePeriod="PT2S" suggestedPresentationDelay="PT8S" mediaPresentationDuration="PT10S"',
  );
  t.match(text, '<Latency target="10000"/>', 'dash.js begins at the beginning');
  t.match(text, '<UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-head:2014" value="manifest.mpd"/>');
  t.match(text, 'id="v720-3000" bandwidth="2400000"', 'declares no less than the cap');
  const parsed = parse(text, { manifestUri: 'https://example.com/x/manifest.mpd' });
  t.equal(parsed.playlists[0]?.endList, false);
  t.equal(parsed.minimumUpdatePeriod, 2000);
  t.equal(parsed.playlists[0]?.segments.length, 2);
});

t.test('renditions that are cut differently have a time line each', async (t) => {
  const [first, second] = complete.video;
  if (!first || !second) throw new Error('two renditions are needed');
  const text = writeMpd(
    { ...complete, audio: [], video: [first, { ...second, segments: second.segments.slice(0, 2) }] },
    0,
  );
  t.equal(text.match(/<SegmentTimeline>/g)?.length, 2);
  t.match(text, /<Representation id="v720-3000"[^/]*>\s*<SegmentTemplate/);
});

t.test('the shape of the picture is said only where all renditions have it', async (t) => {
  const [first, second] = complete.video;
  if (!first || !second) throw new Error('two renditions are needed');
  const text = writeMpd(
    {
      ...complete,
      video: [
        { ...first, width: 360, height: 540 },
        { ...second, width: 234, height: 352 },
      ],
    },
    0,
  );
  t.notMatch(text, ' par=');
  t.match(text, ' sar="1:1"');
});

t.test('it is well-formed XML', async (t) => {
  const file = path.join(t.testdir(), 'manifest.mpd');
  await writeFile(file, writeMpd(complete, 0));
  await promisify(execFile)('xmllint', ['--nonet', '--noout', file]);
});

t.test('subtitles are files beside the segments', async (t) => {
  const mpd = writeMpd(textPresentation(), 0);
  t.match(
    mpd,
    `    <AdaptationSet id="100000" contentType="text" mimeType="text/vtt" lang="ko">
      <Label>ko</Label>
      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="forced-subtitle"/>
      <Representation id="s-${'1'.repeat(32)}" bandwidth="800">
        <BaseURL>s-${'1'.repeat(32)}/all.vtt</BaseURL>
      </Representation>
    </AdaptationSet>
`,
  );
  t.match(mpd, '<Label>English &quot;SDH&quot; &amp; more</Label>');
  t.match(mpd, 'value="caption"');
  const tracks = parse(mpd, { manifestUri: 'https://origin.example/s/t/a/v/manifest.mpd' }).mediaGroups as unknown as {
    readonly SUBTITLES: { readonly subs: Readonly<Record<string, { readonly language: string }>> };
  };
  t.same(
    Object.values(tracks.SUBTITLES.subs).map(({ language }) => language),
    ['ko', 'en'],
    'mpd-parser reads them',
  );
});
