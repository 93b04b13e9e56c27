import t from 'tap';
import { unplainWords } from './plain-words.ts';
import { parse } from './sources.ts';

const messages = (text: string) =>
  unplainWords([parse('origin/a.ts', text)]).map(({ line, message }) => `${line} ${message}`);

t.test('comments are in plain English', async (t) => {
  t.match(messages('/** Lets whoever asks in. */\nexport const a = 1;'), [/^1 says "whoever"/]);
  t.match(messages('const a = 1; // kept for ever\n'), [/^1 says "for ever"/]);
  t.match(messages('/**\n * Removes rows; answers how many.\n */\nfunction a() {}'), [
    /^2 says "; answers how".*"returns"/,
  ]);
  t.match(messages('function a() {\n  // the last word: whomever\n}'), [/^2 /], 'in an empty place, too');
  t.match(messages('const a = {\n  // Red without it: origin/traversal.test.ts.\n  b: 1,\n};'), [/^2 /]);
});

t.test('what is not a comment, or says something else, is left alone', async (t) => {
  t.same(messages("const text = 'for ever'; const other = `// whoever`;"), []);
  t.same(messages('/** Answers a GET, and answers 404 otherwise; for every request. */\nconst a = 1;'), []);
});
