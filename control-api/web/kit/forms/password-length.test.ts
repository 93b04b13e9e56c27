import { readFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { lackOf, passwordLength } from './password-length.ts';

t.test('the rule is that of the API', async (t) => {
  const document = JSON.parse(
    readFileSync(path.join(import.meta.dirname, '..', '..', '..', 'openapi.json'), 'utf8'),
  ) as { paths: Record<string, { post: { requestBody: { content: Record<string, { schema: object }> } } }> };
  const { schema } = document.paths['/api/v1/accounts/me/password']!.post.requestBody.content['application/json']!;
  t.match(schema, { properties: { newPassword: { minLength: passwordLength.least, maxLength: passwordLength.most } } });
});

t.test('how many characters a password lacks', async (t) => {
  t.equal(lackOf(''), 12);
  t.equal(lackOf('a'.repeat(11)), 1);
  t.equal(lackOf('a'.repeat(12)), 0);
  t.equal(lackOf('🎬'.repeat(11)), 1, 'of people, not of JavaScript');
  t.equal(lackOf('a'.repeat(300)), 0);
});
