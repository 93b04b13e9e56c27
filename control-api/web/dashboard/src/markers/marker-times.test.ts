import t from 'tap';
import { readTime, spanOf, spanValue, timeText, typedSpan, valueOfSpan } from './marker-times.ts';

t.test('times are read as people write them', async (t) => {
  for (const [text, milliseconds] of [
    ['1:23.500', 83_500],
    ['1:23', 83_000],
    [' 83.5 ', 83_500],
    ['83,05', 83_050],
    ['0:01:23.5', 83_500],
    ['75:00', 4_500_000],
    ['1:15:00', 4_500_000],
    ['0', 0],
  ] as const)
    t.equal(readTime(text), milliseconds, text);
  for (const wrong of ['', ':', '1:', '1:60', '1:2:3:4', '-1', '1.2345', 'one', '1:23.'])
    t.equal(readTime(wrong), undefined, wrong);
  t.equal(timeText(4_500_007), '75:00.007');
});

t.test('a marker is one value, whatever is typed of it', async (t) => {
  t.equal(spanValue({ start: '', end: ' ' }), null);
  t.equal(spanValue({ start: '5', end: '' }), '0:05.000-');
  t.equal(spanValue({ start: '1:', end: '1:15:00' }), '1:-75:00.000');
  t.same(typedSpan('1:-75:00.000'), { start: '1:', end: '75:00.000' });
  t.same(typedSpan(null), { start: '', end: '' });
  t.equal(spanOf('1:-75:00.000'), undefined);
  const span = { startMs: 5000, endMs: 83_500 };
  t.same(spanOf(valueOfSpan(span)), span);
  t.equal(valueOfSpan(null), null);
  t.equal(spanValue({ start: '5-6', end: '-' }), '56-', 'a hyphen stands between the two alone');
});
