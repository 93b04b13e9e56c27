import t from 'tap';
import { randomFrom } from '../../../server/testing/random.ts';
import { decideEntry } from './decide.ts';

const account = { id: 'account_a' };
const other = { id: 'account_b' };
const nothing = { linked: undefined, withAddress: undefined, hasAnother: false };
const email = 'ann@example.com';

t.test('every case', (t) => {
  t.same(decideEntry({ email, emailIsProven: true }, nothing), { kind: 'create', email });
  t.same(decideEntry({ email: undefined, emailIsProven: false }, nothing), { kind: 'create', email: null });
  t.same(decideEntry({ email, emailIsProven: false }, nothing), { kind: 'prove', email });
  t.same(decideEntry({ email, emailIsProven: true }, { ...nothing, withAddress: account }), {
    kind: 'link',
    accountId: 'account_a',
  });
  t.same(decideEntry({ email, emailIsProven: true }, { ...nothing, withAddress: account, hasAnother: true }), {
    kind: 'refuse',
  });
  t.same(decideEntry({ email, emailIsProven: true }, { linked: account, withAddress: other, hasAnother: true }), {
    kind: 'enter',
    accountId: 'account_a',
  });
  t.end();
});

t.test('whatever there is', (t) => {
  const random = randomFrom(8);
  const coin = () => random(0, 1) === 1;
  for (let n = 0; n < 2000; n += 1) {
    const identity = { email: coin() ? email : undefined, emailIsProven: coin() };
    const known = { linked: coin() ? account : undefined, withAddress: coin() ? other : undefined, hasAnother: coin() };
    const decision = decideEntry(identity, known);
    const said = JSON.stringify({ identity, known, decision });
    if (!identity.emailIsProven && !known.linked) {
      t.not(decision.kind, 'link', `an unproven address links to nothing: ${said}`);
      const unknown = decideEntry(identity, { ...known, withAddress: undefined, hasAnother: false });
      t.same(decision, unknown, `nor does it tell who has an account: ${said}`);
    }
    if (decision.kind === 'enter') t.equal(decision.accountId, known.linked?.id, said);
    if (decision.kind === 'create' && decision.email !== null)
      t.ok(identity.emailIsProven && !known.withAddress, `an account gets a proven address that is free: ${said}`);
  }
  t.end();
});
