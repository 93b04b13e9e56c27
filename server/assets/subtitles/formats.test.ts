import t from 'tap';
import { readSubtitles } from './read.ts';
import { writeSrt, writeWebVtt } from './webvtt.ts';

const read = (text: string, durationMs?: number) =>
  readSubtitles(Buffer.from(text), { ...(durationMs !== undefined && { durationMs }) });
const refusal = (text: string, durationMs?: number): string => {
  try {
    read(text, durationMs);
  } catch (error) {
    return (error as Error).message;
  }
  return 'taken';
};

t.test('SubRip', async (t) => {
  const { cues, format } = read(
    '1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>Hello</i> <font color="red">you</font>\r\n- Two\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000 X1:1 X2:2\r\n{\\an8}Above\r\n',
  );
  t.equal(format, 'srt');
  t.same(cues, [
    { startMs: 1000, endMs: 2500, text: '<i>Hello</i> you\n- Two', settings: '' },
    { startMs: 3000, endMs: 4000, text: 'Above', settings: 'line:0' },
  ]);
});

t.test('SubRip as it is found', async (t) => {
  const broken = `

    00:00:05.000 --> 00:00:06.0
later
00:00:01,5-->00:00:07,000

first <b>bold


and on
7
0:00:02,000 -> 0:00:03,000
1984
9

00:00:04,000 --> 00:00:04,500

`.replaceAll('    ', '');
  const { cues, empty } = read(broken);
  t.same(
    cues.map(({ startMs, text }) => [startMs, text]),
    [
      [1500, 'first <b>bold</b>\n<b>and on</b>'],
      [2000, '1984'],
      [5000, 'later'],
    ],
    'in order, overlapping, without numbers',
  );
  t.equal(cues[0]?.endMs, 7000);
  t.equal(empty, 1);
  t.equal(
    refusal('1\n00:00:01,000 --> 00:00:02,000\nx\n\n2\n00:00:09,000 --> 00:00:08,000\ny'),
    'Line 6: It ends before it begins',
  );
  t.equal(refusal('1\n00:00:01,000 --> soon\nx'), 'Line 2: These are no times');
  t.match(refusal('Dear reader,\n\n00:00:01,000 --> 00:00:02,000\nx'), /^Line 1: There is text/);
});

t.test('WebVTT, strictly', async (t) => {
  const { cues } = read(`WEBVTT - a title
Kind: captions

NOTE
a --remark

STYLE
::cue { background-image: url(https://example.org/x) }

REGION
id:fred

intro
00:01.000 --> 00:02.000 line:0 position:10%,line-left region:fred align:start
<v Ada>Hi <c.loud>all</c> &amp; <i.x>more</i> &#65; 1 &lt; 2

01:00:00.000 --> 01:00:01.000
<lang ko>안녕</lang> <00:30.000>now
`);
  t.same(cues, [
    {
      startMs: 1000,
      endMs: 2000,
      text: 'Hi all &amp; <i>more</i> A 1 &lt; 2',
      settings: 'line:0 position:10%,line-left align:start',
    },
    { startMs: 3_600_000, endMs: 3_601_000, text: '안녕 now', settings: '' },
  ]);
  for (const [text, message] of [
    ['WEBVTT\n\n00:01.000 --> 00:02.00\nx', /^Line 3: Times were expected/],
    ['WEBVTT\n\nid\nx\n', /^Line 4: Times were expected/],
    ['WEBVTT\n00:01.000 --> 00:02.000\nx', /^Line 2: An empty line/],
    ['WEBVTT\n\n00:01.000 --> 00:02.000\nx\n00:03.000 --> 00:04.000\ny', /^Line 5: An empty line/],
    ['WEBVTT\n\n00:02.000 --> 00:02.000\nx', /^Line 3: It ends/],
    ['WEBVTT\n\n00:01.000 --> 00:02.000 line:900%\nx', /^Line 3: These are no cue settings/],
    ['WEBVTTX\n\n00:01.000 --> 00:02.000\nx', /^Line 1: The first line/],
    [
      'WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n00:01.000 --> 00:02.000\nx',
      /^Line 2: This is a piece/,
    ],
  ] as const)
    t.match(refusal(text), message, text);
});

const ass = (events: string, alignment = 2, section = 'V4+ Styles') => `[Script Info]
; comment
Title: x

[${section}]
Format: Name, Italic, Bold, Underline, Alignment
Style: Default,0,0,0,${alignment}
Style: Thought,-1,0,0,8

[Fonts]
fontname: ../../../etc/passwd

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
${events}`;

t.test('Advanced SubStation Alpha', async (t) => {
  const { cues, format } = read(
    ass(`Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,not this
Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,One\\Ntwo, {\\i1}three{\\i0} {\\c&H0000FF&}four {not closed
Dialogue: 0,0:00:01.50,0:00:02.50,*Thought,,0,0,0,,Hm{\\r}m {\\p1}m 0 0 l 100 0{\\p0}
Dialogue: 0,0:00:03.00,0:00:03.00,Default,,0,0,0,,a note
Dialogue: 0,0:00:07.00,0:00:08.00,Default,,0,0,0,,{\\pos(1,2)\\an4}left{\\b1\\u1}!
Dialogue: 0,0:00:09.00,0:00:10.00,Default,,0,0,0,,{\\p1}m 0 0{\\p0}`),
  );
  t.equal(format, 'ass');
  t.same(
    cues.map(({ startMs, text, settings }) => [startMs, text, settings]),
    [
      [1500, '<i>Hmm</i>', 'line:0'],
      [5000, 'One\ntwo, <i>three</i> four (not closed', ''],
      [7000, 'left<b><u>!</u></b>', 'line:50% align:start'],
    ],
  );
  const old = read(ass('Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,x', 6, 'V4 Styles'));
  t.equal(old.cues[0]?.settings, 'line:0', 'SSA numbers places in another way');
  t.match(refusal(ass('Dialogue: 0,soon,0:00:06.00,Default,,0,0,0,,x')), 'Line 15: These are no times');
  t.match(refusal(ass('Dialogue: 0,0:00:05.00,0:00:06.00')), 'Line 15: A column is missing');
  t.match(refusal(ass('')), 'There is no text in it');
});

const ttml = (body: string, head = '') => `<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xml:lang="ko" ttp:frameRate="25" ttp:tickRate="10000000">
<head>${head}</head>
<body><div begin="1s">${body}</div></body></tt>`;

t.test('TTML', async (t) => {
  const { cues, format } = read(
    ttml(
      `<p begin="00:00:01.500" end="2.5s" region="top">One<br/> <span style="s">two</span> &lt;b&gt; &amp;
 &#65;</p><p begin="25f" dur="10000000t" region="low" tts:textAlign="left"><span begin="0s" end="0.5s">a</span><span begin="0.5s">b</span></p>`,
      `<styling><style xml:id="s" tts:fontStyle="italic" tts:fontWeight="bold"/></styling>
       <layout><region xml:id="top" tts:origin="10% 5%" tts:extent="80% 20%" tts:displayAlign="before"/>
       <region xml:id="low" tts:origin="10% 80%" tts:extent="80% 20%" tts:displayAlign="before"/></layout>`,
    ),
  );
  t.equal(format, 'ttml');
  t.same(cues, [
    { startMs: 2000, endMs: 2500, text: 'a', settings: 'align:left' },
    { startMs: 2500, endMs: 3000, text: 'b', settings: 'align:left' },
    { startMs: 2500, endMs: 3500, text: 'One\n<b><i>two</i></b> &lt;b&gt; &amp; A', settings: 'line:0' },
  ]);
  t.equal(refusal(ttml('<p begin="1s">for ever</p>')), 'Line 4: It is not said when this text ends');
  t.match(refusal(ttml('<p begin="3s" end="1s">x</p>')), /^Line 4: It ends before/);
  t.match(refusal('<html><body/></html>'), /^Line 1: The first element of TTML is tt/);
  t.match(refusal(ttml('<p begin="1s" end="2s">x</div>')), /^Line 4: This is no XML/);
});

t.test('times stay within the video', async (t) => {
  const srt = '00:00:01,000 --> 00:00:05,000\nx\n\n00:00:09,000 --> 00:00:10,000\ny';
  t.match(read(srt, 9500), { cut: 1, cues: [{ endMs: 5000 }, { endMs: 9500 }] });
  t.equal(refusal(srt, 9000), 'Line 4: It begins when the video is over');
});

t.test('what is written is read as the same', async (t) => {
  const { cues } = read('00:00:01,000 --> 00:00:05,000\n{\\an7}a <i>b</i> <script>c</script> & d\n-- > e');
  t.same(read(writeWebVtt(cues)).cues, cues);
  t.same(read(writeSrt(cues)).cues, cues);
  t.match(writeWebVtt(cues), 'WEBVTT\n\n00:00:01.000 --> 00:00:05.000 line:0 align:start\na <i>b</i> &lt;script&gt;');
});
