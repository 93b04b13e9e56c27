import t from 'tap';
import { i18n, startMessages } from '../messages/i18n.ts';
import { ApiError, errorFrom, messageOf, problemText, UnreachableError } from './problem.ts';

// The little of a browser that texts need.
Object.assign(globalThis, { document: { documentElement: {} } });
await startMessages({ app: 'test', english: {} });

const problem = (status: number, members: object, retryAfter: string | null = null) =>
  messageOf(errorFrom(status, JSON.stringify(members), retryAfter));

t.test('what is shown of an error', async (t) => {
  t.equal(
    problem(415, { code: 'upload_type_not_allowed', detail: 'In English.', filename: 'notes.txt' }),
    'notes.txt is not a video.',
    'by code, with its values',
  );
  t.equal(
    problem(415, { code: 'upload_type_not_allowed', detail: 'Files whose name ends in .exe are not accepted.' }),
    'Files whose name ends in .exe are not accepted.',
    'the server’s words when a value is missing',
  );
  t.equal(problem(409, { code: 'conflict', detail: 'A version is being made.' }), 'A version is being made.');
  t.equal(problem(409, { code: 'constructor', title: 'Odd' }), 'Odd', 'a code from elsewhere');
  t.equal(
    problem(429, { code: 'too_many_requests', detail: 'x', retryAfterSeconds: 720 }),
    'Too many attempts. Try again in 12 minutes.',
  );
  t.equal(messageOf(errorFrom(429, '', '40')), 'Too many attempts. Try again in 40 seconds.', 'from a proxy');
  t.equal(messageOf(errorFrom(429, '', null)), 'Too many attempts. Try again later.');
  t.equal(messageOf(errorFrom(413, '<html>nginx</html>', null)), 'The file is larger than the server accepts.');
  t.equal(
    messageOf(errorFrom(502, '<html>', null)),
    'The server had a problem (502). Try again in a moment.',
    'no HTML of a proxy',
  );
  t.equal(messageOf(errorFrom(400, 'Upload-Offset missing', null)), 'Upload-Offset missing');
  t.match(messageOf(new UnreachableError()), /cannot be reached/);
  t.equal(messageOf(new TypeError('x is not a function')), 'Something went wrong.');
  t.equal(new ApiError(409, 'x', 'conflict').code, 'conflict');
});

t.test('another language', async (t) => {
  i18n.addResourceBundle('de', 'problems', {
    media_no_video: 'Kein Bild',
    too_many_requests: 'In {{retryAfterSeconds, wait}}',
  });
  await i18n.changeLanguage('de');
  t.equal(problemText({ code: 'media_no_video', message: 'No video' }), 'Kein Bild');
  t.equal(problemText({ code: 'media_damaged', message: 'Damaged' }), 'Damaged');
  t.equal(messageOf(errorFrom(429, '', '40')), 'In 40 Sekunden');
  t.equal((document as unknown as { documentElement: { lang: string } }).documentElement.lang, 'de');
});
