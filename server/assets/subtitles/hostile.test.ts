import t from 'tap';
import { subtitleLimits } from './cue.ts';
import { readSubtitles } from './read.ts';
import { writeWebVtt } from './webvtt.ts';

const refusal = (given: string | Uint8Array): string => {
  try {
    readSubtitles(typeof given === 'string' ? Buffer.from(given) : given);
  } catch (error) {
    if ((error as Error).name !== 'SubtitleRefused') throw error;
    return (error as Error).message;
  }
  return 'taken';
};
const tt = (body: string, before = '') =>
  `${before}<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling"><head/><body><div>${body}</div></body></tt>`;
const full = (one: string, head = '', tail = '') =>
  head + one.repeat(Math.floor((subtitleLimits.bytes - head.length - tail.length) / one.length)) + tail;

t.test('bombs and references of XML', async (t) => {
  const bomb = `<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>`;
  t.match(refusal(tt('<p begin="1s" end="2s">&b;</p>', bomb)), 'A document type is not taken');
  t.match(
    refusal(tt('<p begin="1s" end="2s">&x;</p>', '<!DOCTYPE tt [<!ENTITY x SYSTEM "file:///etc/passwd">]>')),
    'A document type is not taken',
  );
  t.match(refusal(tt('<p begin="1s" end="2s">&x;</p>')), 'no XML');
  t.match(refusal(tt('<span>'.repeat(5000))), 'too deep');
  t.match(refusal(tt('<span/>'.repeat(200_000))), 'too many elements');
  t.match(
    refusal(full('<style xml:id="a"/>', '<tt xmlns="http://www.w3.org/ns/ttml"><head><styling>')),
    'too many styles',
  );
  t.match(refusal(tt(`<p begin="1s" end="2s" style="${'a '.repeat(5000)}">x</p>`)), 'refers to too many');
  t.match(refusal(tt('<p begin="1s" end="2s" id="__proto__" style="hasOwnProperty">x</p>')), /taken|TTML/);
  t.equal(({} as Record<string, unknown>)['id'], undefined);
});

t.test('what is too much', async (t) => {
  t.match(refusal(Buffer.alloc(subtitleLimits.bytes + 1, 'a')), 'larger than 2 MiB');
  t.equal(refusal(''), 'The file is empty');
  t.equal(refusal('1\n00:00:01,000 --> 00:00:02,000\na\0b'), 'Line 3: This is no text: it holds the character NUL');
  t.match(refusal(`00:00:01,000 --> 00:00:02,000\n${'x'.repeat(6000)}`), 'Line 2: This line is too long');
  t.equal(
    refusal(`00:00:01,000 --> 00:00:02,000\n${`${'x'.repeat(900)}\n`.repeat(3)}`),
    'Line 1: This text is longer than 2000 characters',
  );
  const many = Array.from({ length: subtitleLimits.cues + 1 }, () => '00:00:01,000 --> 00:00:02,000\na\n').join('\n');
  t.equal(refusal(many), `Line ${subtitleLimits.cues * 3 + 1}: There are more than 20000 texts in it`);
  t.match(
    refusal(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d])),
    /NUL|not SubRip|encoding/,
  );
});

t.test('what takes a parser long takes ours no longer than others', async (t) => {
  // Each would be minutes where time grows with the square; the runner's own limit is the measure.
  const vtt = 'WEBVTT\n\n00:01.000 --> 00:02.000\n';
  for (const given of [
    full('<', vtt),
    full('<i>', vtt),
    full(`${'<'.repeat(4999)}\n`, vtt),
    full(`${'<b '.repeat(1600)}\n`, vtt),
    full('&#', vtt),
    full(`${'{\\'.repeat(2400)}\n`, '00:00:01,000 --> 00:00:02,000\n'),
    full(`${' '.repeat(4990)}\n`, '[Script Info]\nTitle: x\n'),
    full(`; ${'; '.repeat(2000)}\n`, '', '[Events]'),
    full(`Dialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,${'{'.repeat(4900)}\n`, '[Events]\n'),
    full(`Dialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,${'{\\t('.repeat(1200)}}\n`, '[Events]\n'),
    full(`Dialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,{\\pos(${' '.repeat(4800)}}\n`, '[Events]\n'),
    full('Style: a\n', `[V4+ Styles]\nFormat: ${'x,'.repeat(480)}\n`),
    full('1 ', '00:00:01,000 --> 00:00:02,000\n'),
    full(`${'1 '.repeat(2400)}\n`, '00:00:01,000 --> 00:00:02,000\n'),
    full(`${'0'.repeat(4900)}>\n`, '00:00:01,000 --> 00:00:02,000\n'),
    full('<p begin="1s" end="2s">x</p>', tt('').replace('</div></body></tt>', ''), '</div></body></tt>'),
  ]) {
    t.type(refusal(given), 'string', given.slice(0, 60));
  }
});

t.test('scripts come out as text, and names play no part', async (t) => {
  const text =
    '<script>alert(1)</script><img src=x onerror=alert(1)> <a href="javascript:x">y</a> </i> --> <b onclick="x">z</b>';
  for (const given of [
    `00:00:01,000 --> 00:00:02,000\n${text}`,
    `[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,../../x,,0,0,0,,${text}`,
    tt(`<p begin="1s" end="2s">${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p>`),
  ]) {
    const { cues } = readSubtitles(Buffer.from(given));
    const written = writeWebVtt(cues);
    t.notMatch(written, /<(?!\/?[biu]>)/, written);
    t.match(written, '&lt;script&gt;alert(1)&lt;/script&gt;');
    t.equal(written.match(/-->/g)?.length, 1);
  }
});
