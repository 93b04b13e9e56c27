import t from 'tap';
import { ProblemError } from '../../../server/kit/errors.ts';
import { mediaInfo } from '../../../server/testing/rows.ts';
import { videoProblems } from '../../../server/assets/problems.ts';
import { versionJobNames } from '../../../server/assets/version-jobs.ts';
import { reasonOf, sentences } from './failure.ts';
import { isFinal, twiceIfOfTheFile } from './of-the-file.ts';

const converted = () => ({ what: 'The picture near 0:08', source: mediaInfo });
const frames = (actual: number) =>
  new ProblemError(videoProblems.encode_frame_count, `chunk 1 has ${actual} frames instead of 200`, {
    extras: { expected: 200, actual },
  });
const gaveUp = (line: string) =>
  new ProblemError(videoProblems.encode_failed, `Encoding failed: ${line}`, { cause: new Error(line) });

/** Runs work that fails with each of these errors in turn, then succeeds. */
async function run(...errors: readonly Error[]): Promise<{ readonly tries: number; readonly outcome: unknown }> {
  let tries = 0;
  const outcome = await twiceIfOfTheFile(converted, async () => {
    const error = errors[tries++];
    if (error) throw error;
    return 'done';
  }).catch((error: unknown) => error);
  return { tries, outcome };
}

t.test('what fails twice in the same way is of the file, and final', async (t) => {
  t.match(await run(frames(249), frames(249)), {
    tries: 2,
    outcome: {
      code: 'media_not_convertible',
      message:
        /^The picture near 0:08 of this file \(h264 in mov.*\) cannot be converted: 249 parts came out where 200 were expected, twice\. Export the video as H\.264/,
    },
  });
  t.match(await run(gaveUp('[h264 @ 0x5581] no frame!'), gaveUp('[h264 @ 0x7f02] no frame!')), {
    outcome: { code: 'media_not_convertible', message: /the program gave up on it twice in the same way/ },
  });
});

t.test('what fails once, or differently, or for the machine is not', async (t) => {
  t.match(await run(frames(249)), { tries: 2, outcome: 'done' });
  const other = frames(250);
  t.equal((await run(frames(249), other)).outcome, other);
  for (const error of [
    new ProblemError(videoProblems.encode_interrupted, 'killed'),
    new ProblemError(videoProblems.encode_stalled),
    new ProblemError('insufficient_storage'),
    gaveUp('pipe:1: Input/output error'),
    gaveUp('x264 [error]: malloc of size 1 failed: Cannot allocate memory'),
    new Error('The database is away'),
  ]) {
    const { tries, outcome } = await run(error, error);
    t.equal(tries, 1, error.message);
    t.equal(outcome, error);
    t.notOk(isFinal(outcome));
  }
});

t.test('what is final', (t) => {
  for (const [code, problem] of Object.entries(videoProblems))
    t.equal(
      isFinal(new Error('around it', { cause: new ProblemError(problem) })),
      code.startsWith('media_') || code === 'encode_unsupported',
      code,
    );
  t.notOk(isFinal(new Error('anything')));
  t.end();
});

t.test('whatever ends a version says a sentence with what can be done, and quotes no program', (t) => {
  for (const [code, problem] of Object.entries(videoProblems)) {
    if (code.startsWith('media_') || code === 'encode_unsupported') continue;
    const { message } = reasonOf('version.encode-video', new ProblemError(problem, '/secret/path: no'));
    t.equal(message, sentences[code]);
  }
  for (const [code, text] of Object.entries(sentences)) t.match(text, /^[A-Z].+\. .*[Tt]ry again.*\.$/, code);
  for (const name of versionJobNames) {
    const { message } = reasonOf(name, new Error('/secret/path'));
    t.match(message, /^[A-Z].*Try again.*\.$/, name);
    t.notMatch(message, /secret/);
  }
  t.same(reasonOf('version.prepare', new ProblemError(videoProblems.media_empty, 'The file is empty')), {
    code: 'media_empty',
    message: 'The file is empty.',
  });
  t.end();
});
