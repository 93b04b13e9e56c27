import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

import { formatsOf, type Formats } from '../words/formats.ts';
import type { ProblemCode } from '../api/types.ts';
import type { Catalogue, Texts, Translation } from './catalogue.ts';
import { en } from './en.ts';
import { enProblems, enWarnings } from './en-problems.ts';
import { availableLanguage, directionOf, formatLocale, isPseudo, pseudoLanguages } from './languages.ts';

/** The kit's own namespaces; each app adds its own in its `messages/`. */
declare module 'i18next' {
  interface ResourceNamespaceMap {
    kit: typeof en;
  }
  interface CustomTypeOptions {
    interpolationFormatTypeMap: {
      number: number;
      bytes: number;
      speed: number;
      bitRate: number;
      share: number;
      clock: number;
      remaining: number;
      wait: number;
      span: number;
      day: string;
      date: string;
      ago: string;
    };
  }
}

/** The texts of a language other than English: what English has, and problems that English leaves to the server. */
interface Translated<App extends Catalogue> {
  readonly kit: Translation<typeof en>;
  readonly problems: Readonly<Partial<Record<ProblemCode | `${ProblemCode}_${Intl.LDMLPluralRule}`, string>>>;
  /** With its own plurals; the server's words stand for those that are not there. */
  readonly warnings: Catalogue;
  readonly app: Translation<App>;
}

export interface MessagesOptions<App extends Catalogue> {
  /** Names the app: the namespace of its texts, and the one that is meant when none is named. */
  readonly app: string;
  /** The app's English texts. */
  readonly english: App;
  /** Loads the texts of another language; the key is its tag. English is there always. */
  readonly others?: Readonly<Record<string, () => Promise<Translated<App>>>>;
}

const settingKey = 'dramabox-language';
const formatNames = [
  'number',
  'bytes',
  'speed',
  'bitRate',
  'share',
  'clock',
  'remaining',
  'wait',
  'span',
  'day',
  'date',
  'ago',
] as const satisfies readonly (keyof Formats)[];

export const i18n = i18next.createInstance();

let options: MessagesOptions<Catalogue> = { app: 'app', english: {} };

/** What the person has chosen on this browser; storage may be forbidden. */
function setting(): string | undefined {
  try {
    return localStorage.getItem(settingKey) ?? undefined;
  } catch {
    return undefined;
  }
}

function englishTexts(): Texts {
  return { kit: en, problems: enProblems, warnings: enWarnings, [options.app]: options.english };
}

async function textsOf(language: string): Promise<Texts> {
  if (isPseudo(language)) return (await import('./pseudo.ts')).pseudoTexts(englishTexts());
  const translated = await options.others?.[language]?.();
  if (!translated) return {};
  const { kit, problems, warnings, app } = translated;
  return { kit, problems, warnings, [options.app]: app };
}

async function load(language: string): Promise<void> {
  if (i18n.hasResourceBundle(language, 'kit')) return;
  for (const [namespace, catalogue] of Object.entries(await textsOf(language)))
    i18n.addResourceBundle(language, namespace, catalogue);
}

function follow(language: string): void {
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
}

/** Loads the texts: of the language that was chosen here, else of the browser's, else English. Call it before rendering. */
export async function startMessages<App extends Catalogue>(given: MessagesOptions<App>): Promise<void> {
  options = given;
  await i18n.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: englishTexts() },
    defaultNS: given.app,
    // React escapes what it renders.
    interpolation: { escapeValue: false },
    react: { useSuspense: false, transSupportBasicHtmlNodes: false },
  });
  for (const name of formatNames)
    i18n.services.formatter?.add(name, (value: unknown) => formats()[name](value as never));
  i18n.on('languageChanged', follow);
  const language = availableLanguage([setting(), ...navigator.languages], languages());
  await load(language);
  await i18n.changeLanguage(language);
}

/** Tags of the languages that a person can choose; pseudo-languages only while one of them is on. */
export function languages(): readonly string[] {
  const chosen = setting();
  return ['en', ...Object.keys(options.others ?? {}), ...(chosen && isPseudo(chosen) ? pseudoLanguages : [])];
}

/** Changes the language of this browser, now and from now on. */
export async function chooseLanguage(language: string): Promise<void> {
  await load(language);
  localStorage.setItem(settingKey, language);
  await i18n.changeLanguage(language);
}

/** Quantities in a language, by default that of the page. */
export function formats(language = i18n.language): Formats {
  return formatsOf(formatLocale(language, navigator.languages));
}
