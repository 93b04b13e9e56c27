import { languages } from '../../../../fixtures/demo-catalogue/titles/kinds.ts';
import type { Json } from '../client.ts';
import type { CatalogueMaking, Term } from './parts.ts';

type TermPage = Json<'/api/v1/catalogue/terms', 'get', 200>;

/**
 * Makes the categories, tags and people that are not there yet, in all languages.
 * @returns all of them, by what files call them: `person/lena-marlowe`
 */
export async function makeTerms({ client, catalogue }: CatalogueMaking): Promise<ReadonlyMap<string, Term>> {
  const present = new Map<string, Term>();
  for (const kind of ['category', 'tag', 'person']) {
    const { items } = await client.ask<TermPage>('GET', `/catalogue/terms?limit=100&kind=${kind}`);
    for (const term of items) present.set(`${kind}/${term.slug}`, term);
  }
  const [original, ...others] = languages;
  for (const { kind, slug, name, about } of catalogue.terms) {
    const textIn = (language: (typeof languages)[number]) => ({
      name: name[language],
      about: about?.[language] ?? null,
    });
    const body = { kind, slug, originalLanguage: original, text: textIn(original) };
    let term = present.get(`${kind}/${slug}`) ?? (await client.ask<Term>('POST', '/catalogue/terms', body));
    const said = new Set(term.texts.map(({ language }) => language));
    const missing = others.filter((language) => !said.has(language));
    if (missing.length > 0) {
      const texts = Object.fromEntries(missing.map((language) => [language, textIn(language)]));
      term = await client.ask('PATCH', `/catalogue/terms/${term.id}`, { revision: term.revision, texts });
    }
    present.set(`${kind}/${slug}`, term);
  }
  return present;
}
