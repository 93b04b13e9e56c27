import t from 'tap';
import { ProblemError } from './errors.ts';
import { defineProblems, mergeProblems, sharedProblems } from './problems.ts';

const own = defineProblems({
  too_heavy: { status: 413, title: 'It is too heavy', parameters: ['grams'] },
  too_light: { status: 422, title: 'It is too light' },
});

t.test('a problem has code, status and title of its declaration', async (t) => {
  const heavy = new ProblemError(own.too_heavy, 'It weighs 5 g.', { extras: { grams: 5 } });
  t.match(heavy, { code: 'too_heavy', status: 413, title: 'It is too heavy', message: 'It weighs 5 g.' });
  t.strictSame(heavy.extras, { grams: 5 });
  t.match(new ProblemError(own.too_light), { message: 'It is too light', extras: undefined });
  const shared = new ProblemError('not_found', undefined, { cause: heavy });
  t.match(shared, { code: 'not_found', status: 404, message: 'Not found', cause: heavy });
});

t.test('codes are unique over all lists', async (t) => {
  const merged = mergeProblems(sharedProblems, own);
  t.equal(merged.get('too_heavy'), own.too_heavy);
  t.equal(merged.size, Object.keys(sharedProblems).length + 2);
  t.throws(() => mergeProblems(own, sharedProblems, defineProblems({ too_light: { status: 400, title: 'x' } })), {
    message: 'Two problems have the code too_light',
  });
});
