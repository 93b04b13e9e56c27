import t from 'tap';
import { choosePoster, chooseStills, type Still } from './stills.ts';

const still = (atMs: number, score: number, fingerprint: string): Still => ({
  chunk: atMs / 1000,
  atMs,
  width: 640,
  height: 360,
  score,
  fingerprint,
});
const [plain, striped, chequered] = ['0000000000000000', 'ffffffff00000000', '5555555555555555'] as const;

t.test('the poster is the best picture, and rather not of the opening or the closing', (t) => {
  const stills = [
    still(1_000, 9, plain),
    still(50_000, 6, striped),
    still(60_000, 5, chequered),
    still(99_000, 8, plain),
  ];
  t.match(choosePoster(stills, 100_000), { atMs: 50_000 });
  t.match(choosePoster([still(1_000, 20, plain), ...stills], 100_000), { score: 20 }, 'unless it is much better');
  t.equal(choosePoster([], 100_000), undefined);
  t.match(
    choosePoster([still(40_000, 5, plain), still(20_000, 5, plain)], 100_000),
    { atMs: 20_000 },
    'of equals the first',
  );
  t.end();
});

t.test('pictures that look alike are shown once, the better one, in the order of the title', (t) => {
  const almost = '00000000000007ff';
  const stills = [
    still(70_000, 7, plain),
    still(10_000, 3, striped),
    still(20_000, 9, almost),
    still(30_000, 5, chequered),
  ];
  t.same(
    chooseStills(stills, 100_000, 10).map(({ atMs }) => atMs),
    [10_000, 20_000, 30_000],
  );
  t.same(
    chooseStills(stills, 100_000, 2).map(({ atMs }) => atMs),
    [20_000, 30_000],
    'no more than asked for, the best of them',
  );
  t.end();
});
