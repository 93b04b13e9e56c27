import { readFile } from 'node:fs/promises';
import path from 'node:path';
import t from 'tap';
import { startControlApi } from '../testing/harness.ts';
import { addKnownPerson, tablesWith } from './testing/household.ts';

/** Columns that hold the id of an account. */
const namesAccount = /^(account_id|owner_id|actor|subject|\w+_by)$/;

/** Tables with such columns that are not a feature's, and why nobody has to remove anything from them. */
const others: Readonly<Record<string, string>> = {
  // Gone once every consumer has heard of it.
  outbox_events: 'what is told between features',
  outbox_deliveries: 'what is told between features',
};

t.test('every table that names accounts is one of a feature that says what becomes of it', async (t) => {
  const api = await startControlApi(t);
  const covered = api.controlApi.personalData.flatMap(({ tables }) => Object.keys(tables));
  t.equal(new Set(covered).size, covered.length, 'by one feature each');
  const all = await api.db.introspection.getTables();
  const naming = all.filter(
    ({ name, columns }) => name === 'accounts' || columns.some((column) => namesAccount.test(column.name)),
  );
  t.ok(naming.length >= 15, 'the columns are found');
  for (const { name } of naming)
    t.ok(
      covered.includes(name) || others[name] !== undefined,
      `${name} names accounts: add it to the personalData of its feature`,
    );
  for (const name of covered)
    t.ok(
      all.some((table) => table.name === name),
      `there is a table ${name}`,
    );
});

t.test('and so is every other one in which somebody turns up', async (t) => {
  const api = await startControlApi(t);
  const person = await addKnownPerson(api);
  const covered = api.controlApi.personalData.flatMap(({ tables }) => Object.keys(tables));
  const found = await tablesWith(api, [person.id, person.email]);
  t.same(
    found.filter((name) => !covered.includes(name) && others[name] === undefined),
    [],
  );
  const empty = covered.filter((name) => !found.includes(name) && !['challenges', 'data_copies'].includes(name));
  t.same(empty, [], 'the person of these tests is in every table: add a row to testing/household.ts');
});

t.test('sections of a copy have names of their own, and say what they are', async (t) => {
  const api = await startControlApi(t);
  const sections = api.controlApi.personalData.flatMap((data) => data.sections);
  t.equal(new Set(sections.map(({ name }) => name)).size, sections.length);
  for (const { name, about } of sections) t.match(about, /^[A-Z].*\.$/s, name);
});

t.test('what stays is what the documentation names', async (t) => {
  const api = await startControlApi(t);
  const kept = api.controlApi.personalData.flatMap(({ tables }) =>
    Object.entries(tables).flatMap(([name, fate]) => (fate === 'erased' ? [] : [name])),
  );
  const file = path.join(import.meta.dirname, '..', '..', 'config', 'deploy', 'people.md');
  const [, table = ''] = /What stays, and why[^]*?\n\n([^]*?)\n\n/.exec(await readFile(file, 'utf8')) ?? [];
  const named = table
    .split('\n')
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name));
  t.same(named.sort(), kept.sort());
});
