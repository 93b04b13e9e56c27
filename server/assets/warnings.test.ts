import t from 'tap';
import { sharedProblems } from '../kit/problems.ts';
import { videoProblems } from './problems.ts';
import { showWarning, videoWarnings, warningParameters, type Warning } from './warnings.ts';

t.test('every warning says a sentence, under a code that no problem has', (t) => {
  const makers = Object.entries(videoWarnings) as unknown as [string, (values: object) => Warning][];
  t.same(
    makers.map(([code]) => code),
    Object.keys(warningParameters),
  );
  for (const [code, make] of makers) {
    t.match(code, /^[a-z]+(_[a-z0-9]+)+$/);
    t.notOk(code in sharedProblems || code in videoProblems, code);
    const { detail } = showWarning(make({}));
    t.match(detail, /^[A-Z0-9].{20,}\.$/, `${code}: ${detail}`);
    t.notMatch(detail, /undefined|NaN|\[object/);
  }
  t.end();
});

t.test('what comes from a file is cut and cleaned', (t) => {
  const odd = videoWarnings.audio_track_not_accepted({ track: 2.4, codec: `<b>\n\u202e${'x'.repeat(500)}` });
  t.equal(odd.parameters['track'], 2);
  t.equal(String(odd.parameters['codec']).length, 100);
  t.notMatch(odd.parameters['codec'], /[\n\u202e]/);
  t.equal(videoWarnings.pictures_damaged({ pictures: Infinity, of: -3, firstMs: 0 }).amount, 0);
  t.equal(videoWarnings.pictures_damaged({ pictures: 1, of: -3, firstMs: 0 }).parameters['of'], 0);
  t.end();
});

t.test('what is shown has its values beside the sentence, the added one too', (t) => {
  t.same(showWarning(videoWarnings.pictures_damaged({ pictures: 12, of: 300, firstMs: 75_000 }, 'video 3')), {
    code: 'pictures_damaged',
    detail: '12 of 300 pictures are damaged in the file and may look wrong, the first of them near 1:15.',
    firstMs: 75_000,
    of: 300,
    pictures: 12,
  });
  t.equal(
    showWarning({ code: 'of_a_newer_release', parameters: {}, amount: 0, least: null }).detail,
    'Something of this title was lost or guessed (of_a_newer_release).',
  );
  t.end();
});
