import type { DemoTitle } from '../../../../fixtures/demo-catalogue/titles/catalogue.ts';
import { languages, type Said } from '../../../../fixtures/demo-catalogue/titles/kinds.ts';
import type { DemoClient, Json } from '../client.ts';
import { listTitles, titleById, type CatalogueMaking, type MadeTitle } from './parts.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Takes titles as a file: all of them in one moment or, with an error that says why, none. */
export async function importTitles(client: DemoClient, titles: readonly object[]): Promise<void> {
  const file = { version: 1, titles };
  const { seen, problems } = await client.ask<Json<'/api/v1/catalogue/import/preview', 'post', 200>>(
    'POST',
    '/catalogue/import/preview',
    file,
  );
  const [problem] = problems;
  if (seen === null) throw new Error(`${problem?.column ?? 'A title'}: ${problem?.message ?? 'cannot be taken'}`);
  await client.ask('POST', `/catalogue/import?seen=${seen}`, file);
}

/** A release everywhere, thought of in the time zone of this machine. */
export function releasedAt(moment: number): object {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return { region: '*', opensAt: new Date(moment).toISOString(), closesAt: null, timeZone };
}

const textsOf = (name: Said, synopsis?: Said) =>
  Object.fromEntries(languages.map((language) => [language, { name: name[language], synopsis: synopsis?.[language] }]));

/**
 * A title with all its parts as a file has them. What is out but has no video yet is only approved: it is published
 * once it has one. What is to come may be published before.
 */
function asFile(title: DemoTitle, now: number): readonly object[] {
  const { kind, slug, release, maturity, year, credits, text } = title;
  const [originalLanguage] = languages;
  const root = {
    kind,
    slug,
    originalLanguage,
    maturity,
    year,
    texts: text,
    terms: credits.map(({ term, role, part }) => ({ term, role: role ?? null, part: part ?? null })),
  };
  if (title.kind === 'movie')
    return [
      { ...root, freeEpisodes: 1, state: 'approved', releases: [releasedAt(now - title.release.daysAgo * dayMs)] },
    ];
  const thisHour = Math.floor(now / hourMs) * hourMs;
  const isShown = release.kind !== 'in-work';
  const since = release.kind === 'daily' ? thisHour - (release.out - 1) * dayMs : undefined;
  const opens = release.kind === 'out' ? now - release.daysAgo * dayMs : since;
  const seasonTexts = textsOf({ en: 'Season 1', es: 'Temporada 1' });
  const season = { kind: 'season', parent: slug, number: 1, originalLanguage, texts: seasonTexts };
  const state = isShown ? 'published' : 'in_review';
  return [
    { ...root, freeEpisodes: title.freeEpisodes, state, releases: opens === undefined ? [] : [releasedAt(opens)] },
    { ...season, state },
    ...title.episodes.map(({ name, synopsis }, index) => ({
      kind: 'episode',
      parent: `${slug}/1`,
      number: index + 1,
      originalLanguage,
      texts: textsOf(name, synopsis),
      state: stateOf(title, index),
      releases: since === undefined ? [] : [releasedAt(since + index * dayMs)],
    })),
  ];
}

function stateOf({ release }: DemoTitle, index: number): string {
  if (release.kind === 'in-work') return index < release.inReview ? 'in_review' : 'draft';
  return release.kind === 'daily' && index >= release.out ? 'published' : 'approved';
}

/** The id of a title by its address, deleted or not. */
async function findBySlug(client: DemoClient, { slug, text }: DemoTitle): Promise<string | undefined> {
  const search = `isRoot=true&search=${encodeURIComponent(text.en.name)}`;
  for (const each of await listTitles(client, search))
    if ((await titleById(client, each.id)).slug === slug) return each.id;
  return undefined;
}

/**
 * Makes the titles that are not there yet, each with all its parts in one moment.
 * @param now milliseconds since the epoch
 */
export async function makeTitles({ client, catalogue }: CatalogueMaking, now: number): Promise<readonly MadeTitle[]> {
  const made: MadeTitle[] = [];
  for (const said of catalogue.titles) {
    let id = await findBySlug(client, said);
    if (id === undefined) {
      await importTitles(client, asFile(said, now));
      id = await findBySlug(client, said);
    }
    if (id === undefined) throw new Error(`There is no title ${said.slug}`);
    made.push({ said, id });
  }
  return made;
}

/** Puts titles first on the home page, unless something is there. */
export async function featureTitles({ client, catalogue }: CatalogueMaking, made: readonly MadeTitle[]): Promise<void> {
  const { titles } = await client.ask<Json<'/api/v1/catalogue/featured', 'get', 200>>('GET', '/catalogue/featured');
  if (titles.length > 0) return;
  const ids = catalogue.featured.flatMap((slug) => made.find(({ said }) => said.slug === slug)?.id ?? []);
  await client.tell('PUT', '/catalogue/featured', { titles: ids });
}

/** Gives movies their subtitles, on from the beginning, so that their videos are published with them. */
export async function makeSubtitles({ client }: CatalogueMaking, made: readonly MadeTitle[]): Promise<void> {
  for (const { said, id } of made) {
    if (said.kind !== 'movie') continue;
    const tracks = await client.ask<Json<'/api/v1/catalogue/titles/{id}/tracks', 'get', 200>>(
      'GET',
      `/catalogue/titles/${id}/tracks`,
    );
    const present = new Set(tracks.subtitles.map(({ language }) => language));
    for (const language of languages.filter((each) => !present.has(each))) {
      const cues = said.subtitles.map(({ from, to, text }) => `${clock(from)} --> ${clock(to)}\n${text[language]}\n`);
      const content = Buffer.from(['WEBVTT\n', ...cues].join('\n')).toString('base64');
      await client.ask('POST', `/catalogue/titles/${id}/subtitles`, { language, content, isOn: true });
    }
  }
}

/** Seconds as WebVTT has them. */
const clock = (seconds: number) => new Date(seconds * 1000).toISOString().slice(11, 23);
