import t, { type Test } from 'tap';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { demoCatalogue, type DemoCatalogue } from '../../fixtures/demo-catalogue/titles/catalogue.ts';
import { midnightAtHarborNine } from '../../fixtures/demo-catalogue/titles/harbour.ts';
import { makeCatalogue } from '../cli/demo/catalogue/make-catalogue.ts';
import { shouldMake } from '../cli/demo/catalogue/mark.ts';
import { DemoClient } from '../cli/demo/client.ts';
import { defaultTools } from './testing/clips.ts';
import { Guest } from './testing/guest.ts';
import { decode } from './testing/media.ts';
import { startTestServer } from './testing/server.ts';

const [first, second] = midnightAtHarborNine.episodes;
if (!first || !second) throw new Error('The series has too few episodes');
/** One series of two short episodes: one is out, the other one comes tomorrow. */
const small: DemoCatalogue = {
  ...demoCatalogue,
  // One portrait is enough.
  terms: demoCatalogue.terms.map(({ face, ...term }) => ({
    ...term,
    ...(face && term.slug === 'noor-haddad' && { face }),
  })),
  titles: [{ ...midnightAtHarborNine, release: { kind: 'daily', out: 1 }, episodes: [first, second] }],
};

async function setUp(t: Test) {
  const {
    url,
    config,
    client: admin,
  } = await startTestServer(t, { accounts: { staffSecondFactor: false, guests: true } });
  const client = new DemoClient(url, () => Promise.resolve(admin.accessToken));
  const { dataDir } = config;
  const { ffmpeg } = await defaultTools();
  /** Makes the catalogue, or what is missing of it, until something is shown that ends it. */
  const make = async (endAt?: RegExp): Promise<readonly string[]> => {
    const ending = new AbortController();
    const lines: string[] = [];
    await makeCatalogue({
      client,
      catalogue: small,
      dataDir,
      ffmpeg: ffmpeg.path,
      signal: ending.signal,
      print: (line) => lines.push(line),
      show: (shown) => {
        if (endAt && shown.some((line) => endAt.test(line))) ending.abort();
      },
    });
    return lines;
  };
  const exported = async () => (await admin.request<object>('GET', '/api/v1/catalogue/export?format=json')).body;
  const assets = async () =>
    (await admin.request<{ items: readonly { id: string; state: string }[] }>('GET', '/api/v1/assets')).body.items;
  return { url, client, dataDir, ffmpeg: ffmpeg.path, make, exported, assets };
}

t.test('a catalogue that is cut off is completed by the next start, and then left alone', async (t) => {
  const { url, client, dataDir, ffmpeg, make, exported, assets } = await setUp(t);
  t.equal(await shouldMake(client, dataDir), true, 'there is nothing yet');

  await t.rejects(make(/^drawing the pictures/), 'ended while pictures are drawn');
  t.equal(await shouldMake(client, dataDir), true, 'it was begun');
  await t.rejects(make(/clip 2 of 2/), 'ended between two clips');
  t.equal((await assets()).length, 1);
  t.equal(await shouldMake(client, dataDir), true);
  t.match((await make()).at(-1), 'The catalogue is complete, with 2 clips.');
  t.equal(await shouldMake(client, dataDir), false, 'it is never touched again');
  t.strictSame((await readdir(path.join(dataDir, 'demo'))).sort(), ['catalogue'], 'nothing that was drawn stays');
  const complete = await exported();
  t.match(await assets(), [{ state: 'ready' }, { state: 'ready' }]);
  t.equal((await assets()).length, 2);

  await make();
  t.strictSame(await exported(), complete, 'done again it changes nothing');
  t.equal((await assets()).length, 2);

  for (const language of ['en', 'es'] as const) {
    const guest = new Guest(url, language);
    const { featured, rows } = await guest.home();
    t.strictSame(
      featured.map(({ name }) => name),
      [midnightAtHarborNine.text[language].name],
    );
    t.strictSame(
      rows.map(({ term }) => term?.name),
      [undefined, { en: 'Thriller', es: 'Suspense' }[language]],
    );
    const episodes = await guest.episodes(midnightAtHarborNine.slug);
    t.strictSame(
      episodes.map(({ name }) => name),
      [first.name[language]],
      'the one of tomorrow is not there',
    );
  }
  const [english, spanish] = [await new Guest(url, 'en').home(), await new Guest(url, 'es').home()];
  const [card, otherCard] = [english.featured[0], spanish.featured[0]];
  const sizes = { poster: [160, 240], cover: [160, 284], banner: [320, 180] } as const;
  for (const kind of ['poster', 'cover', 'banner'] as const) {
    const [width, height] = sizes[kind];
    t.strictSame(await new Guest(url, 'en').loadPicture(card?.pictures[kind]), { format: 'heif', width, height }, kind);
  }
  t.not(card?.pictures.poster?.url, otherCard?.pictures.poster?.url, 'a poster for each language');
  t.equal(card?.pictures.banner?.url, otherCard?.pictures.banner?.url);

  const guest = new Guest(url, 'es');
  await guest.enter();
  const [episode] = await guest.episodes(midnightAtHarborNine.slug);
  const { frames, complaints } = await decode(ffmpeg, await guest.play(episode?.id ?? ''), '0:v:0');
  t.strictSame({ frames, complaints }, { frames: 5 * 24, complaints: '' });

  const { titles } = (await exported()) as { titles: readonly { id: string; number: number; kind: string }[] };
  const hidden = titles.find(({ kind, number }) => kind === 'episode' && number === 2);
  t.match(await guest.ask(`/titles/${hidden?.id}`), { status: 404 });
  t.match(await guest.ask('/playback/sessions', { titleId: hidden?.id }), { status: 404 });

  const elsewhere = path.join(dataDir, 'of-somebody-else');
  t.equal(await shouldMake(client, elsewhere), false, 'a catalogue that somebody works with gets no other titles');
});
