import { readFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { videoProblems } from '../../../../server/assets/problems.ts';
import { showWarning, warningParameters } from '../../../../server/assets/warnings.ts';
import { mergeProblems, sharedProblems } from '../../../../server/kit/problems.ts';
import { accountProblems } from '../../../accounts/problems.ts';
import { assetProblems } from '../../../assets/problems.ts';
import { catalogProblems } from '../../../catalog/problems.ts';
import { consentProblems } from '../../../consents/problems.ts';
import { personalDataProblems } from '../../../personal-data/problems.ts';
import { playbackProblems } from '../../../playback/problems.ts';
import { profileProblems } from '../../../profiles/problems.ts';
import { signInProblems } from '../../../sign-in/problems.ts';
import { uploadProblems } from '../../../uploads/problems.ts';
import { warningText } from '../api/problem.ts';
import { enProblems, enWarnings, inServersWords } from './en-problems.ts';
import { startMessages } from './i18n.ts';

// The little of a browser that texts need.
Object.assign(globalThis, { document: { documentElement: {} } });
await startMessages({ app: 'test', english: {} });

const problems = mergeProblems(
  sharedProblems,
  videoProblems,
  accountProblems,
  assetProblems,
  catalogProblems,
  consentProblems,
  personalDataProblems,
  playbackProblems,
  profileProblems,
  signInProblems,
  uploadProblems,
);

/** The texts of a code: one, or its plurals and its other forms. */
const textsOf = (catalogue: Readonly<Record<string, string>>, code: string) =>
  ['', '_one', '_other', '_unknown'].flatMap((form) => catalogue[`${code}${form}`] ?? []);
const valuesIn = (text: string) => [...text.matchAll(/\{\{(\w+)/g)].map((match) => match[1] as string);
const isSentence = /^(\p{Lu}|\{\{).*[.?!]$/u;

t.test('every problem of the API has a sentence, or is left to the server by name', (t) => {
  const document = path.join(import.meta.dirname, '..', '..', '..', 'openapi.json');
  const { components } = JSON.parse(readFileSync(document, 'utf8')) as {
    components: { schemas: { Problem: { properties: { code: { enum: string[] } } } } };
  };
  t.same([...problems.keys()].sort(), components.schemas.Problem.properties.code.enum.sort(), 'all there are');
  const left: ReadonlySet<string> = new Set(inServersWords);
  for (const { code, parameters } of problems.values()) {
    const texts = textsOf(enProblems, code);
    t.equal(texts.length > 0, !left.has(code), `${code} is said once, by one of the two`);
    for (const text of texts) {
      t.match(text, isSentence, code);
      t.same(
        valuesIn(text).filter((name) => !parameters.includes(name)),
        [],
        `${code} names only what the server sends`,
      );
    }
  }
  t.end();
});

t.test('of what ends processing only code and sentence are kept, so its texts have no values', (t) => {
  for (const code of [...Object.keys(videoProblems), 'insufficient_storage'])
    t.same(textsOf(enProblems, code).flatMap(valuesIn), [], code);
  t.end();
});

t.test('every warning is said in the words of the server, with all of its values', (t) => {
  t.same(
    Object.keys(enWarnings).filter((key) => !(key.replace(/_(one|other|unknown)$/, '') in warningParameters)),
    [],
    'no text is of a warning that there is none of',
  );
  for (const [code, parameters] of Object.entries(warningParameters)) {
    t.same(
      [...new Set(textsOf(enWarnings, code).flatMap(valuesIn))].sort(),
      Object.keys(parameters).sort(),
      `${code}: values`,
    );
    for (const [number, text] of [
      [1, 'unknown'],
      [3, 'opus'],
    ] as const) {
      const values = Object.entries(parameters).map(([name, kind]) => [name, kind === 'text' ? text : number] as const);
      const { detail } = showWarning({ code, parameters: Object.fromEntries(values), amount: number, least: number });
      t.equal(warningText({ code, detail: 'not there', ...Object.fromEntries(values) }), detail);
    }
  }
  t.end();
});
