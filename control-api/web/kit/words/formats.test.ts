import t from 'tap';
import { formatsOf, percent } from './formats.ts';

t.test('quantities', async (t) => {
  const { bytes, speed, bitRate, share, clock, remaining, wait, span, languageName, list } = formatsOf('en');
  t.same([0, 999, 1234, 1_234_567, 99_600_000, 999_999_999].map(bytes), [
    '0 byte',
    '999 byte',
    '1.2 kB',
    '1.2 MB',
    '100 MB',
    '1.0 GB',
  ]);
  t.equal(speed(4_500_000), '4.5 MB/s');
  t.same([145_000, 999_499, 4_500_000, 120_000_000].map(bitRate), ['145 kb/s', '999 kb/s', '4.5 Mb/s', '120 Mb/s']);
  t.same([0, 0.456, 0.999, 1, 2, -1].map(share), ['0%', '45%', '99%', '100%', '100%', '0%']);
  t.equal(percent(0.999), 99);
  t.same([0, 52_000, 61_000, 3_723_400].map(clock), ['0:00', '0:52', '1:01', '1:02:03']);
  t.same([0.2, 59.5, 61, 3_600, 4_800].map(remaining), ['1 sec', '1 min', '2 min', '1 hr', '1 hr, 20 min']);
  t.same([40, 720].map(wait), ['40 seconds', '12 minutes']);
  t.same([0, 5, 125, 7_300, 300_000].map(span), ['0 sec', '5 sec', '2 min, 5 sec', '2 hr, 1 min', '3 days, 11 hr']);
  t.same(['ko', 'und', '', 'not a tag'].map(languageName), ['Korean', undefined, undefined, 'not a tag']);
  t.equal(list(['stereo', 'English', 'AAC']), 'stereo, English, AAC');
});

t.test('times', async (t) => {
  const now = Date.parse('2026-11-25T12:00:00Z');
  const before = (seconds: number) => formatsOf('en').ago(new Date(now - seconds * 1000).toISOString(), now);
  t.same([10, 300, 7_200, 90_000].map(before), ['now', '5 minutes ago', '2 hours ago', 'yesterday']);
  t.match(before(30 * 86_400), /^Oct 26, 2026$/);
  t.equal(formatsOf('en-GB').day('2026-11-25T12:00:00Z'), '25 Nov 2026');
  t.match(formatsOf('en').exactly('2026-11-25T12:00:07Z'), /^Nov 2\d, 2026, \d{1,2}:\d{2}:07\s[AP]M \S+$/);
});

t.test('other languages', async (t) => {
  const german = formatsOf('de');
  t.equal(german.bytes(1_234_567), '1,2 MB');
  t.equal(german.remaining(4_800), '1 Std., 20 Min.');
  t.equal(german.languageName('ko'), 'Koreanisch');
  t.equal(german.regionName('KR'), 'Südkorea');
  t.equal(german.regionName('no region'), 'no region');
});
