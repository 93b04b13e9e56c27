import t from 'tap';
import { merge, split } from './cue-changes.ts';
import { marksOf } from './cue-marks.ts';
import { plainText, runsOf } from './cue-text.ts';
import { readTime, timeText } from './cue-time.ts';

const cue = (startMs: number, endMs: number, text = 'text') => ({
  key: `${startMs}`,
  startMs,
  endMs,
  text,
  settings: '',
});

t.test('times are read as people write them, and back', async (t) => {
  t.same([0, 1500, 62_004, 3_723_004].map(timeText), ['0:00.000', '0:01.500', '1:02.004', '1:02:03.004']);
  t.same(
    ['1.5', '0:01,5', '00:00:01.500', '90', '1:30', ' 2:00 '].map(readTime),
    [1500, 1500, 1500, 90_000, 90_000, 120_000],
  );
  t.same(
    ['', 'x', '1:2:3:4', '-1', '1.2345', '1e3'].map(readTime),
    Array.from({ length: 6 }, () => undefined),
  );
});

t.test('texts show their three tags, and what looks like another one as it is written', async (t) => {
  t.match(runsOf('a <i>b <b>c</b></i> <x> &lt;script&gt;'), [
    { text: 'a ', italic: false },
    { text: 'b ', italic: true, bold: false },
    { text: 'c', italic: true, bold: true },
    { text: ' <x> <script>', italic: false, bold: false },
  ]);
  t.equal(plainText('<i>A</i> &amp;lt;'), 'A &lt;');
});

t.test('one becomes two at the caret and the time of the player, and two become one', async (t) => {
  const whole = cue(1000, 3000, 'one two\nthree');
  t.match(split(whole, 3, 2500), [
    { startMs: 1000, endMs: 2500, text: 'one' },
    { startMs: 2500, endMs: 3000, text: 'two\nthree' },
  ]);
  const [first, second] = split(whole, 0, 9000);
  t.match([first, second], [{ text: 'one two' }, { text: 'three', endMs: 3000 }]);
  t.equal(first.endMs, second.startMs);
  t.match(merge(first, second), { startMs: 1000, endMs: 3000, text: 'one two\nthree' });
  t.match(merge(cue(1000, 5000), cue(2000, 3000)), { endMs: 5000 });
});

t.test('what stands together, is too fast or cannot be saved is marked', async (t) => {
  const cues = [
    cue(0, 5000),
    cue(1000, 1500),
    cue(4000, 6000),
    cue(6000, 7000, 'x'.repeat(21)),
    cue(7000, 8000, `<i>${'&amp;'.repeat(20)}</i>`),
    cue(8000, 8000),
    cue(70_000, 71_000, ' '),
  ];
  const marks = marksOf(cues, 60_000);
  t.same([...marks.keys()], ['0', '1000', '4000', '6000', '8000', '70000']);
  t.match(marks.get('4000'), { overlaps: true }, 'with the one that began long before');
  t.match(marks.get('6000'), { overlaps: false, tooFast: 21 });
  t.match(marks.get('8000'), { fault: 'backwards' });
  t.match(marks.get('70000'), { fault: 'empty' });
  t.match(marksOf([cue(60_000, 61_000)], 60_000).get('60000'), { fault: 'behind' });
});
