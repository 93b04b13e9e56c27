import t from 'tap';
import { measureBandwidth } from './bandwidth.ts';

const segment = (seconds: number, kilobits: number) => ({
  durationTicks: seconds * 90_000,
  bytes: (kilobits * 1000) / 8,
});

t.test('the average is over everything, the peak over 0.5 to 1.5 target durations', async (t) => {
  const segments = [segment(4, 4000), segment(4, 12_000), segment(4, 4000)];
  t.same(measureBandwidth(segments, 4), { average: 1_666_667, peak: 3_000_000 }, 'one segment is a window');
  t.same(measureBandwidth(segments, 6), { average: 1_666_667, peak: 3_000_000 }, '4 s are at least half of 6');
  t.same(
    measureBandwidth(segments, 10),
    { average: 1_666_667, peak: 2_000_000 },
    'a window of two segments is the shortest allowed',
  );
});

t.test('a short segment alone is no peak', async (t) => {
  // 1 s at 8 Mb/s is less than half of the target duration: only together with its neighbour does it count.
  t.same(measureBandwidth([segment(4, 4000), segment(1, 8000)], 4), { average: 2_400_000, peak: 2_400_000 });
});

t.test('a clip shorter than any window has its average as peak', async (t) => {
  t.same(measureBandwidth([segment(1, 500)], 4), { average: 500_000, peak: 500_000 });
  t.same(measureBandwidth([], 4), { average: 0, peak: 0 });
});
