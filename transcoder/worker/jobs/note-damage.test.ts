import t from 'tap';
import { addAsset, openSite, tinyPlan } from '../testing/site.ts';
import { isFinal } from './of-the-file.ts';
import { noteDamage } from './note-damage.ts';

t.test('what chunks find damaged is kept once each; most of a title is refused for good', async (t) => {
  const site = await openSite(t);
  const { versionId } = await addAsset(site, { version: 'encoding' });
  const plan = { ...tinyPlan, sourcePictures: 100 };
  const note = (index: number, pictures: number) =>
    noteDamage(site, versionId, { index, plan, damage: { pictures, firstSeconds: index * 4 } });
  const kept = async () => {
    const rows = await site.db.selectFrom('warnings').selectAll().orderBy('about').execute();
    return rows.map(({ about, amount, least }) => [about, amount, least]);
  };
  await note(0, 0);
  t.same(await kept(), []);
  await note(1, 12);
  await note(1, 10);
  await Promise.all([note(0, 40), note(1, 10)]);
  const half = [
    ['video 0', 40, 0],
    ['video 1', 10, 4000],
  ];
  t.same(await kept(), half, 'another try replaces what the first one found');
  const error = await note(1, 11).then(
    () => undefined,
    (thrown: unknown) => thrown as Error & { code: string; extras: object },
  );
  t.match(error, { code: 'media_damaged', extras: { missingPercent: 51 } });
  t.match(error?.message, /51 of 100 pictures are damaged/);
  t.ok(isFinal(error));
});

t.test('of what the title has where an older plan does not say what the source has', async (t) => {
  const site = await openSite(t);
  const { versionId } = await addAsset(site, { version: 'encoding' });
  await noteDamage(site, versionId, { index: 0, plan: tinyPlan, damage: { pictures: 96, firstSeconds: 0 } });
  const [row] = await site.db.selectFrom('warnings').select('parameters').execute();
  t.same(JSON.parse(row?.parameters ?? ''), { of: 192 });
});
