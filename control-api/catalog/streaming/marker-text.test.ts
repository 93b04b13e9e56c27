import fc from 'fast-check';
import t from 'tap';
import { longestMs } from '../../markers.ts';
import { markersText, readMarkers, timeText } from './marker-text.ts';
import { noMarkers } from './markers.ts';

t.test('markers are lines with times', async (t) => {
  t.equal(timeText(0), '0:00.000');
  t.equal(timeText(83_500), '1:23.500');
  t.equal(timeText(4_500_007), '75:00.007');
  const markers = { ...noMarkers, intro: { startMs: 10_000, endMs: 85_500 }, credits: { startMs: 1, endMs: 2 } };
  t.equal(markersText(markers), 'intro 0:10.000-1:25.500\ncredits 0:00.001-0:00.002');
  t.equal(markersText(noMarkers), '');
});

t.test('they are read as spreadsheets and people write them', async (t) => {
  t.same(readMarkers(''), noMarkers);
  t.same(readMarkers(' recap  0:05 - 1:02.5 \n\n'), { ...noMarkers, recap: { startMs: 5000, endMs: 62_500 } });
  for (const wrong of ['intro', 'intro 5-10', 'outro 0:01-0:02', 'intro 0:1-0:02', 'intro 0:01.0000-0:02'])
    t.throws(() => readMarkers(wrong), { name: 'RangeError', message: /must be like intro/ }, wrong);
  t.throws(() => readMarkers('intro 0:01-0:02\nintro 0:03-0:04'), { message: 'has two of intro' });
});

t.test('what is written is read as it was', async () => {
  const span = fc.option(
    fc.record({ startMs: fc.integer({ min: 0, max: longestMs }), endMs: fc.integer({ min: 0, max: longestMs }) }),
  );
  fc.assert(
    fc.property(fc.record({ intro: span, recap: span, credits: span }), (markers) => {
      t.equal(JSON.stringify(readMarkers(markersText(markers))), JSON.stringify(markers));
    }),
  );
});
