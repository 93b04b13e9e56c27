import t, { type Test } from 'tap';
import { authorisedFetch } from './client.ts';

/** A server that answers each request with the next of these, and what it was sent. */
function serve(t: Test, ...answers: readonly (readonly [status: number, body: object | string])[]) {
  const sent: string[] = [];
  const left = [...answers];
  t.intercept(globalThis, 'fetch', {
    value: async (request: Request) => {
      sent.push(`${request.headers.get('authorization')} ${await request.text()}`);
      const [status, body] = left.shift()!;
      return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status });
    },
  });
  const fetch = authorisedFetch({ token: async () => 'old', renew: async () => 'new' });
  return { sent, send: () => fetch(new Request('http://x.example/', { method: 'POST', body: 'asked' })) };
}

const refusal = (status: number, code: string) => [status, { code, status, detail: 'No.' }] as const;

t.test('a token that is no longer taken is renewed, once', async (t) => {
  const { sent, send } = serve(t, refusal(401, 'unauthenticated'), [200, 'done']);
  t.equal(await (await send()).text(), 'done');
  t.same(sent, ['Bearer old asked', 'Bearer new asked']);
  const other = serve(t, refusal(401, 'unauthenticated'), refusal(401, 'unauthenticated'));
  await t.rejects(other.send(), { status: 401, code: 'unauthenticated' });
  t.equal(other.sent.length, 2);
  const proxied = serve(t, [401, '<html>'], [200, 'done']);
  await proxied.send();
  t.equal(proxied.sent.length, 2, 'nor when something on the way does not say why');
});

t.test('a wrong password is not sent a second time with a new token', async (t) => {
  const { sent, send } = serve(t, refusal(401, 'invalid_credentials'), [200, 'done']);
  await t.rejects(send(), { status: 401, code: 'invalid_credentials', message: 'No.' });
  t.same(sent, ['Bearer old asked']);
});
