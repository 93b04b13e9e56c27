import t from 'tap';
import { isId, newId, timeOfId } from './ids.ts';

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
