import type { Transaction } from '../../../../server/db/port.ts';
import type { Audit } from '../../../../server/http/writes/audit.ts';
import { titleKeys } from '../../../../server/assets/title-keys.ts';
import { ProblemError } from '../../../../server/kit/errors.ts';
import { catalogProblems } from '../../problems.ts';
import type { Effects } from '../../release/effects.ts';
import type { Outbox } from '../../../../server/outbox/port.ts';
import { holdAsset } from '../../../../server/assets/lifecycle/statements.ts';
import { tracksChanged } from '../../../../server/assets/tracks.ts';
import { giveSlug } from '../../slugs.ts';
import { putTitleTerms } from '../../terms/repository.ts';
import { columnsOfMarkers } from '../../streaming/markers.ts';
import { isRoot } from '../../titles/kinds.ts';
import { deleteText, putReleases, updateTitle } from '../../titles/repository.ts';
import type { FieldChange } from '../edits/schemas.ts';
import { inTurns } from './turns.ts';
import { changesOf, nameOf, type Draft } from './drafts.ts';

/** A statement has a bounded number of parameters. */
const atOnce = 200;

async function inParts<T>(values: readonly T[], write: (part: readonly T[]) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < values.length; from += atOnce) await write(values.slice(from, from + atOnce));
}

/** A title that is made or changed, with what changes of it. */
export interface ChangedDraft {
  readonly draft: Draft;
  readonly changes: readonly FieldChange[];
}

/** What of a plan is not so already, in the order of the plan. */
export async function changedDrafts(drafts: readonly Draft[]): Promise<readonly ChangedDraft[]> {
  const changed: ChangedDraft[] = [];
  for await (const some of inTurns(drafts.filter(({ row }) => row !== undefined)))
    changed.push(
      ...some
        .map((draft) => ({ draft, changes: changesOf(draft) }))
        .filter(({ draft, changes }) => !draft.before || changes.length > 0),
    );
  return changed;
}

export function importChanged(cause?: unknown): ProblemError {
  return new ProblemError(
    catalogProblems.import_changed,
    'The file, or a title in it, is not as it was previewed. Look at it again.',
    { cause },
  );
}

/** What writing needs. */
export interface ImportTools {
  readonly audit: Audit;
  readonly effects: Pick<Effects, 'store' | 'tellWithdrawn'>;
  readonly outbox: Pick<Outbox, 'record'>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Writes a plan that was found good, with the roots held, and what follows from it. The statements are few for each
 * title, because there may be thousands.
 * @throws ProblemError import_changed when a video was deleted meanwhile
 */
export async function writeImport(
  tx: Transaction,
  { audit, effects, outbox, now }: ImportTools,
  changed: readonly ChangedDraft[],
): Promise<void> {
  const made = changed.flatMap(({ draft }) => (draft.before ? [] : draft));
  const existing = changed.flatMap(({ draft }) => (draft.before ? { ...draft, before: draft.before } : []));
  await stepAside(tx, existing);
  await inParts(made, (part) =>
    tx
      .insertInto('titles')
      .values(part.map((draft) => rowOf(draft, now)))
      .execute(),
  );
  for (const draft of existing) await updateTitle(tx, draft.id, { ...columnsOf(draft, now), updated_at: now });
  await writeVideos(tx, { effects, outbox }, changed);
  await writeTexts(tx, changed);
  await writeReleases(tx, changed);
  await writeTerms(tx, changed);
  for (const { draft } of changed) if (isRoot(draft.kind)) await writeSlugs(tx, draft, now);
  for (const each of changed) await record(tx, audit, each);
  for (const rootId of new Set(changed.map(({ draft }) => draft.rootId))) await effects.store(tx, rootId);
}

/** Tells what follows from titles that have another video: of the one that they had, and of those that they have now. */
async function writeVideos(
  tx: Transaction,
  { effects, outbox }: Pick<ImportTools, 'effects' | 'outbox'>,
  changed: readonly ChangedDraft[],
): Promise<void> {
  const moved = changed
    .map(({ draft: { before, after } }) => ({ before: before?.row.asset_id ?? null, after: after.assetId }))
    .filter(({ before, after }) => before !== after);
  const lost = moved.flatMap(({ before }) => before ?? []);
  for (const assetId of lost.toSorted()) await effects.tellWithdrawn(tx, assetId);
  const given = new Set(moved.flatMap(({ after }) => after ?? []));
  for (const assetId of [...new Set([...lost, ...given])].sort()) {
    const asset = await holdAsset(tx, assetId);
    if (given.has(assetId) && asset?.state === 'deleted') throw importChanged();
    await tracksChanged(tx, outbox, assetId);
  }
}

/** No two have the same number or video at any moment: those that change theirs first have none that another one may want. */
async function stepAside(
  tx: Transaction,
  existing: readonly (Draft & { before: NonNullable<Draft['before']> })[],
): Promise<void> {
  for (const [index, { id, before, after }] of existing.entries()) {
    const change = {
      ...(before.row.number !== after.number && { number: -1 - index }),
      ...(before.row.asset_id !== after.assetId && { asset_id: null }),
    };
    if (Object.keys(change).length > 0) await tx.updateTable('titles').set(change).where('id', '=', id).execute();
  }
}

function columnsOf({ before, after }: Draft, now: number) {
  const isFirst = after.state === 'published' && after.publishedAt === null;
  return {
    number: after.number,
    state: after.state,
    asset_id: after.assetId,
    original_language: after.originalLanguage,
    maturity: after.maturity,
    year: after.year,
    top_rung: after.topRung,
    free_episodes: after.freeEpisodes,
    quality_preset: after.qualityPreset,
    ladder: after.ladder,
    price_class: after.priceClass,
    ...columnsOfMarkers(after.markers),
    published_at: isFirst ? now : (before?.row.published_at ?? after.publishedAt),
  };
}

function rowOf(draft: Draft, now: number) {
  return {
    id: draft.id,
    kind: draft.kind,
    parent_id: draft.parentId,
    root_id: draft.rootId,
    ...columnsOf(draft, now),
    effective_maturity: 0,
    revision: 1,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  };
}

async function writeTexts(tx: Transaction, changed: readonly ChangedDraft[]): Promise<void> {
  const rows = changed.flatMap(({ draft: { id, before, after } }) =>
    [...after.texts.values()].flatMap((text) => {
      const old = before?.texts.find(({ language }) => language === text.language);
      const isSame = old?.name === text.name && old.tagline === text.tagline && old.synopsis === text.synopsis;
      const { title_folded: folded, title_order: order } = titleKeys(text.name);
      return isSame ? [] : { title_id: id, ...text, name_folded: folded, name_order: order };
    }),
  );
  await inParts(rows, (part) =>
    tx
      .insertInto('title_texts')
      .values(part)
      .onConflict((conflict) =>
        conflict
          .columns(['title_id', 'language'])
          .doUpdateSet((excluded) => ({
            name: excluded.ref('excluded.name'),
            name_folded: excluded.ref('excluded.name_folded'),
            name_order: excluded.ref('excluded.name_order'),
            tagline: excluded.ref('excluded.tagline'),
            synopsis: excluded.ref('excluded.synopsis'),
          })),
      )
      .execute(),
  );
  for (const { draft } of changed)
    for (const { language } of draft.before?.texts ?? [])
      if (!draft.after.texts.has(language)) await deleteText(tx, draft.id, language);
}

const isOfReleases = ({ field }: FieldChange) => field.startsWith('release:');

async function writeReleases(tx: Transaction, changed: readonly ChangedDraft[]): Promise<void> {
  const rows = changed.flatMap(({ draft }) => (draft.before ? [] : draft.after.releases));
  await inParts(rows, (part) => tx.insertInto('releases').values(part).execute());
  for (const { draft, changes } of changed)
    if (draft.before && changes.some(isOfReleases)) await putReleases(tx, draft.id, draft.after.releases);
}

async function writeTerms(tx: Transaction, changed: readonly ChangedDraft[]): Promise<void> {
  const rowsOf = ({ id, after }: Draft) =>
    after.terms.map(({ id: termId, role, part }, position) => ({
      title_id: id,
      term_id: termId,
      role: role ?? ('' as const),
      part,
      position,
    }));
  const rows = changed.flatMap(({ draft }) => (draft.before ? [] : rowsOf(draft)));
  await inParts(rows, (part) => tx.insertInto('title_terms').values(part).execute());
  for (const { draft, changes } of changed)
    if (draft.before && changes.some(({ field }) => field === 'terms'))
      await putTitleTerms(tx, draft.id, rowsOf(draft));
}

/** @throws ProblemError slug_taken when somebody took it in this very moment */
async function writeSlugs(tx: Transaction, draft: Draft, now: number): Promise<void> {
  const { id, before, after } = draft;
  if (after.slug === undefined || after.slug !== before?.slug)
    await giveSlug(tx, { of: 'title', id, slug: after.slug, name: nameOf(draft), now });
  const added = after.formerSlugs.filter((each) => each !== before?.slug && !before?.formerSlugs.includes(each));
  await inParts(added, (part) =>
    tx
      .insertInto('slugs')
      .values(
        part.map((each) => ({ of: 'title' as const, slug: each, subject_id: id, is_current: 0, created_at: now })),
      )
      .execute(),
  );
}

/** Texts are long: of them the log says in which languages they changed. */
async function record(tx: Transaction, audit: Audit, { draft, changes }: ChangedDraft): Promise<void> {
  const { id: subject, kind, parentId, before, after } = draft;
  if (!before) {
    const facts = { kind, name: nameOf(draft), parent: parentId, state: after.state };
    await audit.record(tx, { event: 'title.created', subject, after: facts });
    return;
  }
  const ofTexts = changes.filter(({ field }) => /^(?:name|tagline|synopsis):/.test(field));
  const ofState = changes.filter(({ field }) => field === 'state');
  const ofReleases = changes.filter(isOfReleases);
  const ofTerms = changes.filter(({ field }) => field === 'terms');
  const others = changes.filter((each) => ![...ofTexts, ...ofState, ...ofReleases, ...ofTerms].includes(each));
  const facts = (some: readonly FieldChange[], side: 'before' | 'after') =>
    Object.fromEntries(some.map((change) => [change.field, change[side]]));
  const languages = [...new Set(ofTexts.map(({ field }) => field.split(':')[1]))].join(' ');
  if (others.length + ofTexts.length > 0)
    await audit.record(tx, {
      event: 'title.changed',
      subject,
      before: facts(others, 'before'),
      after: { ...facts(others, 'after'), ...(languages !== '' && { texts: languages }) },
    });
  for (const [event, some] of [
    ['title.state-changed', ofState],
    ['title.release-changed', ofReleases],
    ['title.terms-changed', ofTerms],
  ] as const)
    if (some.length > 0)
      await audit.record(tx, { event, subject, before: facts(some, 'before'), after: facts(some, 'after') });
}
