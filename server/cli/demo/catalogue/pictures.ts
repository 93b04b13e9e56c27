import { readFile } from 'node:fs/promises';
import { drawPicture, type PictureKind } from '../../../../fixtures/demo-catalogue/art/pictures.ts';
import { portrait } from '../../../../fixtures/demo-catalogue/art/portraits.ts';
import { rasterise } from '../../../../fixtures/demo-catalogue/art/rasterise.ts';
import { languages, type Language } from '../../../../fixtures/demo-catalogue/titles/kinds.ts';
import type { Json } from '../client.ts';
import { titleById, type CatalogueMaking, type MadeTitle, type Term } from './parts.ts';

/** Pixels, each way. */
const portraitSide = 384;

interface Drawn {
  readonly kind: PictureKind;
  /** Null: for everybody. */
  readonly language: Language | null;
}

/** A poster says the name in the language of those who look; on the others pages write it themselves. */
const ofTitle: readonly Drawn[] = [
  ...languages.map((language): Drawn => ({ kind: 'poster', language })),
  { kind: 'cover', language: null },
  { kind: 'banner', language: null },
];

/** Draws the pictures of titles that have none, and gives them to these. */
export async function makePictures(making: CatalogueMaking, made: readonly MadeTitle[]): Promise<void> {
  const { client, folder, signal, show } = making;
  for (const [index, { said, id }] of made.entries()) {
    show([`drawing the pictures of ${said.text.en.name} (${index + 1} of ${made.length})`]);
    const target = `/catalogue/titles/${id}/pictures`;
    const { items } = await client.ask<Json<'/api/v1/catalogue/titles/{id}/pictures', 'get', 200>>('GET', target);
    if (items.length > 0) continue;
    const nameOf = ({ kind, language }: Drawn) => `${kind}-${language ?? 'all'}`;
    const drawings = ofTitle.map(
      (each) => [nameOf(each), drawPicture(said, each.kind, each.language ?? 'en')] as const,
    );
    const files = await rasterise(folder, Object.fromEntries(drawings), signal);
    const pictures = [];
    for (const drawn of ofTitle) {
      const { kind, language } = drawn;
      pictures.push({ kind, language, id: await client.givePicture(kind, await readFile(files[nameOf(drawn)] ?? '')) });
    }
    const { revision } = await titleById(client, id);
    await client.tell('PUT', '/catalogue/pictures', { titles: [{ titleId: id, revision, pictures }] });
  }
}

/** Draws the people who have no portrait. */
export async function makePortraits(
  { client, catalogue, folder, signal }: CatalogueMaking,
  made: readonly MadeTitle[],
  terms: ReadonlyMap<string, Term>,
): Promise<void> {
  const drawn = new Set<string>();
  for (const { id } of made) {
    const { items } = await client.ask<Json<'/api/v1/catalogue/titles/{id}/terms', 'get', 200>>(
      'GET',
      `/catalogue/titles/${id}/terms`,
    );
    for (const term of items) if (term.portrait) drawn.add(term.id);
  }
  const missing = catalogue.terms.flatMap(({ kind, slug, face }) => {
    const term = terms.get(`${kind}/${slug}`);
    return face && term && !drawn.has(term.id) ? [{ slug, face, term }] : [];
  });
  if (missing.length === 0) return;
  const drawings = missing.map(({ slug, face }) => [slug, portrait(face, portraitSide)] as const);
  const files = await rasterise(folder, Object.fromEntries(drawings), signal);
  const people = [];
  for (const { slug, term } of missing) {
    const picture = await client.givePicture('portrait', await readFile(files[slug] ?? ''));
    people.push({ personId: term.id, revision: term.revision, portrait: picture });
  }
  await client.tell('PUT', '/catalogue/pictures', { people });
}
