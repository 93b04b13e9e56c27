import t from 'tap';
import { ApiError } from '../api/problem.ts';
import { StepUp } from './step-up.ts';

const required = new ApiError(403, 'Confirm your password first.', 'step_up_required');

/** A server that wants a proof, and what it was sent. */
function serve(correct: string) {
  const sent: string[] = [];
  let isProven = false;
  const stepUp = new StepUp({
    POST: async (_path: string, { body: { password } }: { body: { password: string } }) => {
      if (password !== correct) throw new ApiError(401, 'The password is wrong.', 'invalid_credentials');
      isProven = true;
      return {};
    },
  } as never);
  const fetch = stepUp.around(async (request) => {
    sent.push(await request.text());
    if (!isProven) throw required;
    return new Response('done');
  });
  const send = async (body: string) => {
    const answer = await fetch(new Request('http://x.example/', { method: 'POST', body }));
    return answer.text();
  };
  return { stepUp, send, sent };
}

t.test('what needs a proof waits for it, and one is good for all', async (t) => {
  const { stepUp, send, sent } = serve('right');
  const seen: boolean[] = [];
  stepUp.subscribe(() => seen.push(stepUp.snapshot()));
  const both = Promise.all([send('a'), send('b')]);
  while (seen.length < 2) await new Promise((resolve) => setImmediate(resolve));
  await t.rejects(stepUp.prove({ password: 'wrong' }), { code: 'invalid_credentials' });
  t.equal(stepUp.snapshot(), true, 'a wrong password ends nothing');
  await stepUp.prove({ password: 'right' });
  t.same(await both, ['done', 'done']);
  t.same(sent.sort(), ['a', 'a', 'b', 'b'], 'each was sent again, whole');
  t.same(seen, [true, true, false]);
  t.equal(await send('c'), 'done', 'and is not asked for again');
});

t.test('who gives no proof gets the answer of the server, and may try again', async (t) => {
  const { stepUp, send, sent } = serve('right');
  for (const round of [1, 2]) {
    const refused = t.rejects(send('a'), required);
    while (!stepUp.snapshot()) await new Promise((resolve) => setImmediate(resolve));
    stepUp.giveUp();
    await refused;
    t.equal(sent.length, round, 'nothing was sent a second time');
  }
});

t.test('other refusals are none of its business', async (t) => {
  const { stepUp } = serve('right');
  const forbidden = new ApiError(403, 'No.', 'forbidden');
  const fetch = stepUp.around(() => Promise.reject(forbidden));
  await t.rejects(fetch(new Request('http://x.example/')), forbidden);
  t.equal(stepUp.snapshot(), false);
});
