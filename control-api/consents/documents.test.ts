import t from 'tap';
import { loadConfig } from '../../config/load.ts';
import { askedDocuments, isDue } from './documents.ts';

const asked = (consents: Record<string, string> = {}) =>
  askedDocuments(loadConfig({ overrides: { consents } }).consents);

t.test('what can be read is asked for', async (t) => {
  t.same(asked(), []);
  t.strictSame(
    asked({
      analyticsUrl: '/analytics',
      analyticsVersion: '3',
      termsUrl: 'https://example.com/t',
      termsVersion: '1.2',
    }),
    [
      { document: 'terms', version: '1.2', url: 'https://example.com/t', isRequired: true },
      { document: 'analytics', version: '3', url: '/analytics', isRequired: false },
    ],
  );
});

t.test('what is due', async (t) => {
  const document = (isRequired: boolean) => ({ document: 'terms', version: '2', url: '/', isRequired }) as const;
  for (const [last, due] of [
    [undefined, true],
    [{ given: 1, version: '2' }, false],
    [{ given: 1, version: '1' }, true],
    [{ given: 0, version: '2' }, true],
  ] as const) {
    t.equal(isDue(document(true), last), due, JSON.stringify(last));
    t.equal(isDue(document(false), last), false, 'nobody has to agree to the others');
  }
});
