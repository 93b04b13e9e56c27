import t from 'tap';
import { estimateSeconds, overallProgress, renditionProgress, stageOf, type EncodingProgress } from './progress.ts';

const track = (part: Partial<EncodingProgress>): EncodingProgress => ({
  units: 1000,
  unitsDone: 0,
  finished: { units: 0, milliseconds: 0 },
  active: [],
  ...part,
});

t.test('estimates', async (t) => {
  const now = 100_000;
  t.equal(estimateSeconds([], now), null, 'nothing is known before the plan');
  t.equal(estimateSeconds([track({})], now), null, 'nothing has begun');
  t.equal(estimateSeconds([track({ unitsDone: 1000 })], now), 0);
  t.equal(
    estimateSeconds([track({ unitsDone: 100, active: [{ unitsDone: 100, startedAt: now - 10_000 }] })], now),
    90,
    '10 units a second, 900 left',
  );
  t.equal(
    estimateSeconds(
      [
        track({
          unitsDone: 200,
          active: [
            { unitsDone: 100, startedAt: now - 10_000 },
            { unitsDone: 100, startedAt: now - 10_000 },
          ],
        }),
      ],
      now,
    ),
    40,
    'workers add up',
  );
  t.equal(
    estimateSeconds([track({ unitsDone: 1, active: [{ unitsDone: 1, startedAt: now - 10 }] })], now),
    null,
    'too early to tell',
  );
  t.equal(
    estimateSeconds(
      [
        track({
          unitsDone: 500,
          finished: { units: 500, milliseconds: 50_000 },
          active: [
            { unitsDone: 0, startedAt: now - 10 },
            { unitsDone: 0, startedAt: now },
          ],
        }),
      ],
      now,
    ),
    25,
    'young chunks go as fast as finished ones did',
  );
  t.equal(
    estimateSeconds([track({ unitsDone: 500, finished: { units: 500, milliseconds: 50_000 } })], now),
    50,
    'between two chunks',
  );
  t.equal(
    estimateSeconds(
      [
        track({ unitsDone: 900, active: [{ unitsDone: 900, startedAt: now - 9000 }] }),
        track({ unitsDone: 100, active: [{ unitsDone: 100, startedAt: now - 10_000 }] }),
      ],
      now,
    ),
    90,
    'the slowest track decides',
  );
  t.equal(
    estimateSeconds([track({ unitsDone: 900, active: [{ unitsDone: 900, startedAt: now - 9000 }] }), track({})], now),
    null,
  );
  t.equal(
    estimateSeconds([track({ active: [{ unitsDone: 100, startedAt: now + 5000 }] })], now),
    null,
    'a clock that is behind',
  );
});

t.test('stages', async (t) => {
  t.equal(stageOf('queued', []), 'queued');
  t.equal(stageOf('preparing', []), 'preparing');
  t.equal(stageOf('encoding', []), 'encoding');
  t.equal(stageOf('playable', [track({ unitsDone: 999 })]), 'encoding');
  t.equal(stageOf('playable', [track({ unitsDone: 1000 }), track({ unitsDone: 1000 })]), 'packaging');
  t.equal(stageOf('encoding', [track({ unitsDone: 1000 }), track({ unitsDone: 1 })]), 'encoding');
  t.equal(stageOf('complete', []), 'done');
  t.equal(stageOf('failed', [track({})]), 'failed');
  t.equal(stageOf('cancelled', []), 'cancelled');
});

t.test('progress', async (t) => {
  t.equal(renditionProgress(0, 0), 0);
  t.equal(renditionProgress(1, 1), 1);
  t.ok(renditionProgress(1, 0) < 1, 'encoded is not yet playable');
  t.equal(overallProgress([]), 0);
  t.equal(
    overallProgress([
      { progress: 1, weight: 3 },
      { progress: 0, weight: 1 },
    ]),
    0.75,
  );
});
