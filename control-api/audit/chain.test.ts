import * as fc from 'fast-check';
import t, { type Test } from 'tap';
import {
  breakInWords,
  breakKinds,
  chainHash,
  ChainWalk,
  placeIn,
  wordOf,
  type ChainReport,
  type Place,
  type Recorded,
} from './chain.ts';

const start: Place = { sequence: 0, hash: '0'.repeat(64) };

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', '"', '","', 'null', '[]', '\\'),
);
const maybe = fc.option(text, { nil: null });
const record: fc.Arbitrary<Recorded> = fc.record({
  id: text,
  at: fc.integer({ min: 0, max: 2 ** 43 }),
  event: text,
  subject: text,
  actor: maybe,
  before: maybe,
  after: maybe,
  request_id: maybe,
  address: maybe,
});

type Link = Recorded & Place;

/** The records as the server chains them. */
function chained(records: readonly Recorded[], from: Place = start): Link[] {
  let last = from;
  return records.map((each) => {
    const sequence = last.sequence + 1;
    last = { sequence, hash: chainHash(last.hash, sequence, each) };
    return { ...each, ...last };
  });
}

const headOf = (log: readonly Link[]): Place => log.at(-1) as Place;

function walk(log: readonly Link[], head: Place, noted: readonly Place[] = [], from = start): ChainReport {
  const walked = new ChainWalk(from, noted);
  // As the database gives them.
  for (const each of [...log].sort((a, b) => a.sequence - b.sequence)) walked.take(each);
  return walked.end(head);
}

/** Fails `t` with the smallest counterexample. */
function holds<T>(t: Test, property: fc.IPropertyWithHooks<T>): void {
  t.doesNotThrow(() => fc.assert(property));
}

/** A log of some records, with a place in it. */
const logs = fc
  .array(record, { minLength: 2, maxLength: 12 })
  .chain((records) => fc.record({ log: fc.constant(chained(records)), at: fc.nat(records.length - 1) }));

/** One column of a record, with another value than it has. */
const otherValue = ([column, value]: [string, unknown]): fc.Arbitrary<Partial<Recorded>> =>
  fc
    .oneof(column === 'at' ? fc.nat() : text, ...(['at', 'id', 'event', 'subject'].includes(column) ? [] : [maybe]))
    .filter((other) => other !== value)
    .map((other) => ({ [column]: other }));

t.test('whatever the records say, their chain is whole, also behind what was removed', (t) => {
  holds(
    t,
    fc.property(logs, ({ log, at }) => {
      const whole = walk(log, headOf(log), log);
      const { sequence, hash } = log[at] as Link;
      const rest = walk(log.slice(at + 1), headOf(log), [], { sequence, hash });
      return whole.breaks === 0 && whole.checked === log.length && rest.breaks === 0;
    }),
  );
  t.equal(walk([], start).breaks, 0, 'so is an empty one');
  t.end();
});

t.test('different records have different hashes, in any place', (t) => {
  holds(
    t,
    fc.property(record, record, (one, other) => {
      const isSame = JSON.stringify(one) === JSON.stringify(other);
      return isSame === (chainHash(start.hash, 1, one) === chainHash(start.hash, 1, other));
    }),
  );
  holds(
    t,
    fc.property(record, (one) => {
      const hashes = [chainHash(start.hash, 1, one), chainHash(start.hash, 2, one), chainHash('1'.repeat(64), 1, one)];
      return new Set(hashes).size === 3;
    }),
  );
  t.end();
});

t.test('a record that is removed is missed', (t) => {
  holds(
    t,
    fc.property(logs, ({ log, at }) => {
      const { firstBreak, breaks } = walk(log.toSpliced(at, 1), headOf(log));
      const kind = at === log.length - 1 ? 'end_missing' : 'missing';
      return breaks === 1 && firstBreak?.kind === kind && firstBreak.sequence === at + 1;
    }),
  );
  holds(
    t,
    fc.property(logs, ({ log, at }) => {
      // And the others moved up, so that no number is missing.
      const moved = log.toSpliced(at, 1).map((each, index) => ({ ...each, sequence: index + 1 }));
      return walk(moved, headOf(log)).breaks > 0;
    }),
  );
  t.end();
});

t.test('a record that is changed no longer has its hash', (t) => {
  const changes = logs.chain(({ log, at }) => {
    const { sequence: _, hash: _hash, ...recorded } = log[at] as Link;
    const change = fc.oneof(...Object.entries(recorded).map(otherValue));
    return fc.record({ log: fc.constant(log), at: fc.constant(at), change });
  });
  holds(
    t,
    fc.property(changes, ({ log, at, change }) => {
      const changed = { ...(log[at] as Link), ...change };
      const { firstBreak, breaks } = walk(log.with(at, changed), headOf(log));
      return breaks === 1 && firstBreak?.kind === 'changed' && firstBreak.sequence === at + 1;
    }),
  );
  holds(
    t,
    fc.property(changes, ({ log, at, change }) => {
      // With the hash that belongs to it: then the next one does not fit, or the head.
      const [changed] = chained([{ ...(log[at] as Link), ...change }], log[at - 1]);
      const { firstBreak, breaks } = walk(log.with(at, changed as Link), headOf(log));
      return breaks === 1 && firstBreak?.sequence === Math.min(at + 2, log.length);
    }),
  );
  t.end();
});

t.test('records that change places are found', (t) => {
  const pairs = logs.chain(({ log, at }) =>
    fc.record({ log: fc.constant(log), at: fc.constant(at), other: fc.nat(log.length - 1) }),
  );
  holds(
    t,
    fc.property(pairs, ({ log, at, other }) => {
      fc.pre(at !== other);
      const [a, b] = [log[at] as Link, log[other] as Link];
      const swapped = log.with(at, { ...b, sequence: a.sequence }).with(other, { ...a, sequence: b.sequence });
      return walk(swapped, headOf(log)).breaks > 0;
    }),
  );
  t.end();
});

t.test('a record that is put in is found, wherever and with whatever hash', (t) => {
  const insertions = fc.record({ of: logs, put: record, isHashed: fc.boolean(), isLast: fc.boolean() });
  holds(
    t,
    fc.property(insertions, ({ of: { log, at }, put, isHashed, isLast }) => {
      const place = isLast ? log.length : at;
      const before = log[place - 1] ?? start;
      const [inserted] = isHashed ? chained([put], before) : [{ ...put, sequence: place + 1, hash: '' }];
      // The others moved down, for two records cannot have one number.
      const after = log.slice(place).map((each) => ({ ...each, sequence: each.sequence + 1 }));
      return walk([...log.slice(0, place), inserted as Link, ...after], headOf(log)).breaks > 0;
    }),
  );
  t.end();
});

t.test('a chain that was written anew does not have the heads of before', (t) => {
  holds(
    t,
    fc.property(logs, record, ({ log, at }, put) => {
      fc.pre(JSON.stringify(chained([put], log[at - 1])[0]) !== JSON.stringify(log[at]));
      const forged = chained([...log.slice(0, at), put, ...log.slice(at + 1)]);
      if (walk(forged, headOf(forged)).breaks > 0) return false;
      const { firstBreak } = walk(forged, headOf(forged), [headOf(log)]);
      const { breaks } = walk(forged, headOf(forged), log.slice(0, at));
      return firstBreak?.kind === 'head_unknown' && breaks === 0;
    }),
  );
  const log = chained([
    { id: 'a', at: 1, event: '', subject: '', actor: null, before: null, after: null, request_id: null, address: null },
  ]);
  const head = headOf(log);
  t.match(walk(log, head, [{ ...head, sequence: 2 }]), { breaks: 1 }, 'nor one that it has not come to');
  t.match(walk(log, head, [head, { ...head, hash: '1'.repeat(64) }]), { breaks: 1 }, 'two for one place');
  t.end();
});

t.test('a break does not hide the next one', (t) => {
  holds(
    t,
    fc.property(fc.array(record, { minLength: 5, maxLength: 12 }), (records) => {
      const log = chained(records);
      const changed = { ...(log[1] as Link), subject: `${log[1]?.subject}x` };
      return walk(log.with(1, changed).toSpliced(3, 1), headOf(log)).breaks === 2;
    }),
  );
  t.end();
});

t.test('places are noted as words', (t) => {
  const place = { sequence: 12, hash: 'ab'.repeat(32) };
  t.equal(wordOf(place), `12:${place.hash}`);
  t.same(placeIn(` 12:${place.hash.toUpperCase()}\n`), place);
  for (const word of ['', '12', `0:${place.hash}`, `12:${place.hash}0`, `x:${place.hash}`, `-1:${place.hash}`])
    t.equal(placeIn(word), undefined, word);
  for (const kind of [...breakKinds, 'head_unknown'] as const)
    t.match(breakInWords({ kind, sequence: 12, id: 'audit_1' }), /12/);
  t.end();
});
