import t, { type Test } from 'tap';
import { ApiError, UnreachableError } from '../../../kit/api/problem.ts';
import type { TitleChange } from '../api/titles.ts';
import type { CatalogueTitle } from '../api/types.ts';
import { TitleDraft, type DraftState } from './draft.ts';
import type { Field } from './fields.ts';
import type { Edit, KeptEdits } from './kept-edits.ts';

const first = {
  id: 'title_1',
  revision: 1,
  slug: 'the-tide',
  maturity: null,
  year: 2026,
  topRung: null,
  freeEpisodes: null,
  number: null,
  originalLanguage: 'en',
  assetId: null,
  texts: [{ language: 'en', name: 'The Tide', tagline: null, synopsis: null }],
} as unknown as CatalogueTitle;

/** A server with one title, and a browser with a storage; both outlive a page. */
class World {
  title = first;
  readonly changes: TitleChange[] = [];
  readonly stored = new Map<Field, Edit>();
  /** What the next requests end with, instead of being done. */
  readonly failures: Error[] = [];
  refuses: (change: TitleChange) => Error | undefined = () => undefined;

  readonly kept: KeptEdits = {
    read: () => new Map(this.stored),
    put: (field, edit) => this.stored.set(field, edit).size > 0,
    remove: (field, to) => void (this.stored.get(field)?.to === to && this.stored.delete(field)),
  };

  /** Opens the page. */
  open(t: Test): TitleDraft {
    const draft = new TitleDraft({
      title: this.title,
      kept: this.kept,
      send: async (change) => this.change(change),
      read: async () => this.title,
      typingMs: 0,
      againMs: 0,
    });
    t.teardown(() => draft.stop());
    return draft;
  }

  change(change: TitleChange): CatalogueTitle {
    this.changes.push(change);
    const failure = this.failures.shift() ?? this.refuses(change);
    if (failure !== undefined) throw failure;
    if (change.revision !== this.title.revision) throw new ApiError(409, 'Changed', 'title_changed');
    return this.#take(change);
  }

  /** Somebody else changes it. */
  other(change: Omit<TitleChange, 'revision'>): void {
    this.#take(change);
  }

  #take({ texts = {}, ...facts }: Partial<TitleChange>): CatalogueTitle {
    const all = new Map(this.title.texts.map((text) => [text.language, text]));
    for (const [language, text] of Object.entries(texts)) {
      if (text === null) all.delete(language);
      else
        all.set(language, {
          tagline: null,
          synopsis: null,
          ...all.get(language),
          ...text,
          language,
          name: text.name.trim(),
        });
    }
    this.title = {
      ...this.title,
      ...facts,
      texts: [...all.values()],
      revision: this.title.revision + 1,
    } as CatalogueTitle;
    return this.title;
  }
}

/** Waits until the draft is as it should be. */
async function reached(draft: TitleDraft, is: (state: DraftState) => boolean): Promise<DraftState> {
  if (is(draft.state())) return draft.state();
  return new Promise((resolve) => {
    const stop = draft.subscribe(() => {
      if (!is(draft.state())) return;
      stop();
      resolve(draft.state());
    });
  });
}
const saved = (draft: TitleDraft) => reached(draft, ({ status }) => status === 'saved');

t.test('what is typed is kept with each letter, and sent in one request', async (t) => {
  const world = new World();
  const draft = world.open(t);
  t.equal(draft.state().status, 'saved');
  draft.edit('text.en.name', 'The L');
  draft.edit('text.en.name', 'The Last Tide ');
  draft.edit('year', null);
  t.same(world.stored.get('text.en.name'), { from: 'The Tide', to: 'The Last Tide ' });
  t.equal(draft.value('text.en.name'), 'The Last Tide ');
  await saved(draft);
  t.same(world.changes, [{ revision: 1, year: null, texts: { en: { name: 'The Last Tide ' } } }]);
  t.equal(draft.value('text.en.name'), 'The Last Tide', 'as the server has it');
  t.equal(world.stored.size, 0);

  draft.edit('year', 2027);
  draft.edit('year', null);
  t.equal(draft.state().status, 'saved', 'what is as it was needs no request');
});

t.test('a text in another language waits for its name, and goes again', async (t) => {
  const world = new World();
  const draft = world.open(t);
  draft.edit('text.de.synopsis', 'Eine Flut.');
  t.equal((await reached(draft, ({ status }) => status === 'stuck')).edits.size, 1);
  draft.edit('text.de.name', 'Die Flut');
  await saved(draft);
  t.same(world.changes, [{ revision: 1, texts: { de: { name: 'Die Flut', synopsis: 'Eine Flut.' } } }]);
  draft.edit('text.de.tagline', 'x');
  draft.removeText('de');
  await saved(draft);
  t.same(world.changes.at(-1), { revision: 2, texts: { de: null } });
});

t.test('what cannot be sent is sent later, by another page if need be', async (t) => {
  const world = new World();
  world.failures.push(new UnreachableError(), new ApiError(503, 'Not now'));
  const draft = world.open(t);
  draft.edit('year', 2027);
  t.ok((await reached(draft, ({ status }) => status === 'unreachable')).failure instanceof UnreachableError);
  await saved(draft);
  t.equal(world.changes.length, 3);

  const closed = world.open(t);
  closed.edit('year', 2028);
  closed.stop();
  t.equal(world.title.year, 2027);
  const next = world.open(t);
  t.equal(next.value('year'), 2028, 'a reload has it');
  await saved(next);
  t.equal(world.title.year, 2028);
});

t.test('changes of others are put together with ours; where both changed the same, somebody chooses', async (t) => {
  const world = new World();
  const draft = world.open(t);
  world.other({ year: 2030, texts: { en: { name: 'Theirs' } } });
  draft.edit('text.en.name', 'Mine');
  draft.edit('maturity', 12);
  const { conflicts } = await reached(draft, ({ status }) => status === 'stuck');
  t.same(conflicts, [{ field: 'text.en.name', mine: 'Mine', theirs: 'Theirs' }]);
  t.match(world.title, { year: 2030, maturity: 12, texts: [{ name: 'Theirs' }] }, 'the rest is saved');
  t.equal(draft.value('text.en.name'), 'Mine', 'and ours is not lost');

  const reloaded = world.open(t);
  t.equal(reloaded.state().conflicts.length, 1, 'not by a reload either');
  draft.stop();
  reloaded.choose('text.en.name', 'mine');
  await saved(reloaded);
  t.match(world.title.texts, [{ name: 'Mine' }]);

  world.other({ texts: { en: { name: 'Theirs again' } } });
  reloaded.edit('text.en.name', 'Mine again');
  await reached(reloaded, (state) => state.conflicts.length === 1);
  reloaded.choose('text.en.name', 'theirs');
  await saved(reloaded);
  t.equal(reloaded.value('text.en.name'), 'Theirs again');
  t.equal(world.stored.size, 0);

  world.other({ year: 2031 });
  reloaded.edit('year', 2031);
  await saved(reloaded);
  t.pass('the same change is no conflict');
});

t.test('one field that is refused keeps no other one back', async (t) => {
  const world = new World();
  world.refuses = ({ slug, topRung }) =>
    slug === 'taken'
      ? new ApiError(409, 'Taken', 'slug_taken')
      : topRung === 144
        ? new ApiError(400, 'No', 'invalid_request')
        : undefined;
  const draft = world.open(t);
  draft.edit('slug', 'taken');
  draft.edit('topRung', 144);
  draft.edit('maturity', 6);
  draft.edit('year', 1);
  const { refusals } = await reached(draft, ({ status }) => status === 'stuck');
  t.same([...refusals.keys()], ['slug', 'topRung']);
  t.match(world.title, { slug: 'the-tide', maturity: 6, year: 2026 });
  draft.edit('slug', 'free');
  draft.edit('topRung', null);
  draft.edit('year', 2020);
  await saved(draft);
  t.match(world.title, { slug: 'free', maturity: 6, year: 2020 });
});
