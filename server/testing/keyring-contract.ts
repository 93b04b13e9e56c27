import type { Test } from 'tap';
import { signPlaybackToken, verifyPlaybackToken } from '../assets/playback-token.ts';
import type { ReplacedKey, SharedKeyring } from '../keys/port.ts';
import { until } from './until.ts';

/** What the suite wants to be told, and how long keys live. */
interface KeyringSettings {
  readonly rotateAfterMs: number;
  readonly keepAfterMs: number;
  readonly onReplaced?: (kids: ReplacedKey) => void;
}

/** A place without keys, that several processes share. */
export interface KeyringFixture {
  /** Milliseconds since the epoch, for all keyrings. */
  readonly time: { now: number };
  /** How long a new key rests before it signs, in milliseconds. */
  readonly restMs: number;
  /** As another process would open it; closed when the test ends. */
  open(settings: KeyringSettings): Promise<SharedKeyring>;
}

const day = 86_400_000;
const settings: KeyringSettings = { rotateAfterMs: 30 * day, keepAfterMs: day / 2 };
const claims = {
  assetId: 'asset_1',
  versionId: 'version_1',
  sessionId: 'session_1',
  expiresAt: 2_000_000_000,
  topRung: 720,
};

/** Whether what one signs is good for the other. */
function understands(signer: SharedKeyring, verifier: SharedKeyring): boolean {
  return verifyPlaybackToken(signPlaybackToken(claims, signer), verifier) !== undefined;
}

/** What every keyring promises. `createFixture` makes an empty one for each test. */
export function keyringContract(t: Test, createFixture: (t: Test) => Promise<KeyringFixture>): void {
  t.test('the first start makes one key, and later starts use it', async (t) => {
    const fixture = await createFixture(t);
    const opened = await Promise.all([1, 2, 3, 4].map(() => fixture.open(settings)));
    const [first] = opened;
    t.equal(first?.current.secret.length, 32);
    t.match(first?.current.kid, /^[A-Za-z0-9_-]{1,32}$/);
    const later = await fixture.open(settings);
    for (const each of [...opened, later]) {
      t.equal(each.current.kid, first?.current.kid);
      t.ok(each.current.secret.equals(first?.current.secret ?? Buffer.alloc(0)));
    }
    t.ok(understands(later, opened[1]!));
    t.equal(later.find('nobody-made-it'), undefined);
  });

  t.test(
    'a rotation signs with a new key and verifies the old one for exactly as long as its tokens live',
    async (t) => {
      const fixture = await createFixture(t);
      const { time, restMs } = fixture;
      const keyring = await fixture.open(settings);
      const old = keyring.current;
      const token = signPlaybackToken(claims, keyring);
      const fresh = await keyring.rotate();
      t.not(fresh.kid, old.kid);
      t.ok(keyring.find(fresh.kid), 'it verifies at once');
      time.now += restMs;
      t.equal(keyring.current.kid, fresh.kid);
      t.same(verifyPlaybackToken(token, keyring), claims);
      t.equal(keyring.find(old.kid), old, 'the same object, so that verified tokens stay remembered');
      time.now += day / 2 - 1;
      t.ok(keyring.find(old.kid));
      time.now += 1;
      t.equal(keyring.find(old.kid), undefined);
      t.equal(verifyPlaybackToken(token, keyring), undefined);
      t.ok(keyring.find(fresh.kid));
      t.same(keyring.kids, [fresh.kid]);
      await keyring.rotate();
      time.now -= day / 2;
      t.equal((await fixture.open(settings)).find(old.kid), undefined, 'it was removed from the store');
    },
  );

  t.test('at no moment does one process refuse what another has just signed', async (t) => {
    const fixture = await createFixture(t);
    const [here, there] = [await fixture.open(settings), await fixture.open(settings)];
    const old = there.current.kid;
    const { kid } = await there.rotate();
    t.ok(understands(there, here), 'at once');
    await until('the other process has heard of it', () => here.find(kid));
    fixture.time.now += fixture.restMs;
    t.equal(there.current.kid, kid);
    t.ok(understands(there, here), 'signed with the new key');
    t.ok(here.find(old), 'and the old one is still good');
    await until('both sign with it', () => here.current.kid === kid);
    t.ok(understands(here, there));
  });

  t.test('a key that is too old is replaced by those who sign, once, and that is told', async (t) => {
    const fixture = await createFixture(t);
    const { time, restMs } = fixture;
    const told: ReplacedKey[] = [];
    const onReplaced = (kids: ReplacedKey) => void told.push(kids);
    const [signer, verifier] = [
      await fixture.open({ ...settings, onReplaced }),
      await fixture.open({ ...settings, onReplaced: () => t.fail('this one only looked') }),
    ];
    const old = signer.current;
    time.now += 30 * day - 1;
    t.equal(signer.current, old);
    time.now += 1;
    t.equal(verifier.find(old.kid)?.kid, old.kid);
    t.same(told, [], 'verifying replaces nothing');
    await until('it was replaced', () => {
      t.ok(signer.current);
      return told.length > 0;
    });
    const [replaced] = told;
    t.equal(replaced?.before, old.kid);
    time.now += restMs;
    await until('it signs', () => signer.current.kid === replaced?.after);
    await until('the other one signs with it', () => verifier.current.kid === replaced?.after);
    t.equal(told.length, 1);
    t.equal(signer.find(old.kid)?.kid, old.kid);
    const { kid } = await signer.rotate();
    t.same(told.at(-1), { before: replaced?.after, after: kid });
  });

  t.test('several that rotate at the same time lose no key', async (t) => {
    const fixture = await createFixture(t);
    const opened = await Promise.all([1, 2, 3].map(() => fixture.open(settings)));
    const first = opened[0]!.current.kid;
    const made = await Promise.all(
      opened.map(async (keyring) => [(await keyring.rotate()).kid, (await keyring.rotate()).kid]),
    );
    const later = await fixture.open(settings);
    const kids = [first, ...made.flat()];
    t.equal(new Set(kids).size, 7);
    t.same(
      kids.filter((kid) => !later.find(kid)),
      [],
    );
    t.same([...later.kids].sort(), [...kids].sort(), 'and it can say which there are');
  });
}
