import t from 'tap';
import { chainOf, picturesAlong } from './inheritance.ts';

const series = { id: 'series', parent_id: null, root_id: 'series' };
const season = { id: 'season', parent_id: 'series', root_id: 'series' };
const episode = { id: 'episode', parent_id: 'season', root_id: 'series' };
const trailer = { id: 'trailer', parent_id: 'series', root_id: 'series' };

const row = (title_id: string, kind: 'poster' | 'cover' | 'banner', language = '') => ({ title_id, kind, language });

t.test('a title comes before what it is a part of', async (t) => {
  t.same(chainOf(series), ['series']);
  t.same(chainOf(season), ['season', 'series']);
  t.same(chainOf(episode), ['episode', 'season', 'series']);
  t.same(chainOf(trailer), ['trailer', 'series']);
});

t.test('each kind comes from the nearest that has one', async (t) => {
  const rows = [
    row('series', 'poster'),
    row('series', 'poster', 'ko'),
    row('series', 'banner'),
    row('season', 'poster'),
    row('episode', 'cover'),
    row('another', 'banner'),
  ];
  t.same(picturesAlong(series, rows), [
    row('series', 'poster'),
    row('series', 'poster', 'ko'),
    row('series', 'banner'),
  ]);
  t.same(picturesAlong(season, rows), [row('season', 'poster'), row('series', 'banner')]);
  t.same(picturesAlong(episode, rows), [row('season', 'poster'), row('episode', 'cover'), row('series', 'banner')]);
  t.same(picturesAlong(trailer, rows), [
    row('series', 'poster'),
    row('series', 'poster', 'ko'),
    row('series', 'banner'),
  ]);
  t.same(picturesAlong({ id: 'x', parent_id: null, root_id: 'x' }, rows), []);
});

t.test('one of its own in another language is its own: those of the series are not mixed in', async (t) => {
  const rows = [row('season', 'poster', 'ja'), row('series', 'poster', 'en'), row('series', 'poster')];
  t.same(picturesAlong(season, rows), [row('season', 'poster', 'ja')]);
});
