import t from 'tap';
import { isId, leastIdOf, newId, timeOfId } from './ids.ts';

t.test('an id says when it was made', async (t) => {
  const before = Date.now();
  const id = newId('upload');
  const time = timeOfId('upload', id) ?? 0;
  t.ok(before <= time && time <= Date.now(), id);
  t.equal(
    timeOfId('upload', 'upload_01ARZ3NDEKTSV4RRFFQ69G5FAV'),
    1_469_922_850_259,
    'the example of the ULID specification',
  );
  for (const none of [
    id.toLowerCase(),
    newId('asset'),
    `${id}0`,
    'upload_',
    '',
    'upload_ZZZZZZZZZZZZZZZZZZZZZZZZZZ',
    'upload_00000000000000000000000O00',
  ])
    t.equal(timeOfId('upload', none), undefined, none);
  t.ok(isId('upload', id));
});

t.test('ids are told apart by time', async (t) => {
  const before = newId('upload');
  const time = timeOfId('upload', before) ?? 0;
  t.ok(leastIdOf('upload', time) < before && before < leastIdOf('upload', time + 1));
  t.ok(isId('upload', leastIdOf('upload', time)));
});

t.test('who sees an id cannot guess the next one, and ids stay in order', async (t) => {
  const ids = Array.from({ length: 20_000 }, () => newId('asset'));
  t.same(ids, [...ids].sort(), 'each is larger than those before');
  t.equal(new Set(ids).size, ids.length);
  // Within one millisecond: an id that differs from its predecessor in the last characters only would be a counter.
  const close = ids.filter((id, index) => id.slice(0, -6) === ids[index - 1]?.slice(0, -6));
  t.same(close, [], 'no step is small enough to be tried out');
  t.ok(
    ids.every((id) => isId('asset', id)),
    'all are of the form that addresses take',
  );
});
