import t from 'tap';
import { inOrderOfNames, nameOfFile } from './names-of-videos.ts';

t.test('numbers in names are numbers', async (t) => {
  const names = ['Episode 10', 'Episode 2', 'episode 1'].map((title) => ({ title }));
  t.same(
    inOrderOfNames(names).map(({ title }) => title),
    ['episode 1', 'Episode 2', 'Episode 10'],
  );
});

t.test('the ending of a file is no part of a name, and other points are', async (t) => {
  t.equal(nameOfFile('The Tide.MP4'), 'The Tide');
  t.equal(nameOfFile('Mr. Park'), 'Mr. Park');
  t.equal(nameOfFile('.mp4'), '.mp4');
  t.equal(nameOfFile('x'.repeat(300)).length, 200);
});
