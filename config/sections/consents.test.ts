import t from 'tap';
import { loadConfig } from '../load.ts';

const load = (termsUrl: string, termsVersion: string) => () =>
  loadConfig({ overrides: { consents: { termsUrl, termsVersion } } }).consents;

t.test('nobody is asked for anything unless it can be read', async (t) => {
  t.equal(load('', '')().termsUrl, '');
  t.equal(load('/legal/terms', '2026-11-30')().termsVersion, '2026-11-30');
  t.equal(load('https://example.com/terms?v=1', '1')().termsVersion, '1');
});

t.test('a document has an address and a version, or neither', async (t) => {
  t.throws(load('/legal/terms', ''), /consents\.termsVersion: must be set, because consents\.termsUrl is/);
  t.throws(load('', '1'), /consents\.termsVersion: is set, but nobody would be asked\. Set consents\.termsUrl/);
  t.throws(load('/legal/terms', 'a version'), /consents\/?\.?termsVersion/);
  for (const url of ['javascript:alert(1)', '//example.com/terms', 'terms', 'https://', '/', '/le gal', '/x\u202E'])
    t.throws(load(url, '1'), /consents\.termsUrl: must be a URL/, url);
});
