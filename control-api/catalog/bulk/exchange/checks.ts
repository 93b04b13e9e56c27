import type { TitleState } from '../../../../server/db/tables/titles.ts';
import { effectiveWindows, type ReleaseFacts } from '../../release/windows.ts';
import { isSlug } from '../../slugs.ts';
import { firstNumber, isRoot, isWatched } from '../../titles/kinds.ts';
import { mostTexts } from '../../titles/schemas.ts';
import type { Draft } from './drafts.ts';
import type { ImportProblem } from './schemas.ts';
import type { World } from './world.ts';

export interface ImportRules {
  /** Whether who imports may publish: say when titles are released, and take their states further than `in_review`. */
  readonly mayPublish: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Steps of those who may edit and not publish. */
const ofEditors: readonly string[] = ['draft in_review', 'approved draft'];

/** Says what of a plan cannot be, looked at as a whole. */
export function checkPlan(drafts: readonly Draft[], world: World, rules: ImportRules): readonly ImportProblem[] {
  const named = drafts.filter((draft): draft is Draft & { row: number } => draft.row !== undefined);
  const problems: ImportProblem[] = [];
  const refuse = (row: number, column: string | null, message: string) => problems.push({ row, column, message });
  const places = countOf(drafts, ({ parentId, kind, after }) => parentId && `${parentId}/${kind}/${after.number}`);
  const slugs = countOf(drafts, ({ after }) => after.slug);
  const videos = countOf(drafts, ({ after }) => after.assetId);
  const ids = new Map(drafts.map((draft) => [draft.id, draft]));
  const free = new Set(
    drafts.flatMap(({ before, after, row }) =>
      row !== undefined && before && before.row.asset_id !== after.assetId ? (before.row.asset_id ?? []) : [],
    ),
  );

  for (const draft of named) {
    const { row, kind, parentId, before, after } = draft;
    if (!after.texts.has(after.originalLanguage)) refuse(row, `name:${after.originalLanguage}`, 'is missing');
    if (after.texts.size > mostTexts) refuse(row, null, `At most ${mostTexts} languages.`);
    if (!isRoot(kind) && (after.number ?? 0) < firstNumber(kind))
      refuse(row, 'number', `The numbers of ${kind}s begin with ${firstNumber(kind)}.`);
    if ((places.get(`${parentId}/${kind}/${after.number}`) ?? 0) > 1)
      refuse(row, 'number', `There would be two of ${kind} ${after.number}.`);
    for (const slug of [after.slug, ...after.formerSlugs]) {
      if (slug === undefined) continue;
      const owner = world.slugs.get(slug)?.subjectId;
      const column = slug === after.slug ? 'slug' : 'formerSlugs';
      if (!isSlug(slug)) refuse(row, column, `${slug} is no address.`);
      else if ((owner !== undefined && owner !== draft.id) || (slug === after.slug && (slugs.get(slug) ?? 0) > 1))
        refuse(row, column, `The address ${slug} belongs to another title, or once did.`);
    }
    checkVideo(draft, { world, isTwice: (videos.get(after.assetId ?? '') ?? 0) > 1, free }, refuse);
    checkState(before?.row.state ?? 'draft', draft, rules, refuse);
    if (!rules.mayPublish && hasOtherReleases(draft))
      refuse(row, 'releases', 'Your account may not say when titles are released.');
    const isShown = after.state === 'published' && before?.row.state !== 'published';
    if (isShown && isWatched(kind) && after.assetId === null && isOpenNow(draft, ids, rules.now))
      refuse(row, 'assetId', 'It would be seen at once and has no video. Give it one, or a release later on.');
  }
  return problems;
}

type Refuse = (row: number, column: string | null, message: string) => unknown;

function countOf(
  drafts: readonly Draft[],
  keyOf: (draft: Draft) => string | null | undefined,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const draft of drafts) {
    const key = keyOf(draft);
    if (key !== null && key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function checkVideo(
  { id, row, kind, before, after }: Draft & { row: number },
  { world, isTwice, free }: { readonly world: World; readonly isTwice: boolean; readonly free: ReadonlySet<string> },
  refuse: Refuse,
): void {
  const { assetId } = after;
  if (assetId === null || assetId === before?.row.asset_id) return;
  const holder = world.holders.get(assetId);
  if (!isWatched(kind)) refuse(row, 'assetId', `A ${kind} has no video of its own.`);
  else if (!world.assets.has(assetId)) refuse(row, 'assetId', 'There is no such asset.');
  else if (isTwice || (holder !== undefined && holder !== id && !free.has(assetId)))
    refuse(row, 'assetId', 'Another title has this video.');
}

function checkState(
  before: TitleState,
  { row, after }: Draft & { row: number },
  { mayPublish }: ImportRules,
  refuse: Refuse,
): void {
  if (mayPublish || before === after.state || ofEditors.includes(`${before} ${after.state}`)) return;
  refuse(row, 'state', 'Your account may not publish titles.');
}

function hasOtherReleases({ before, after }: Draft): boolean {
  const texts = (releases: Draft['after']['releases']) =>
    releases
      .map((each) => [each.region, each.opens_at, each.closes_at, each.time_zone].join())
      .sort()
      .join(';');
  return texts(before?.releases ?? []) !== texts(after.releases);
}

function isOpenNow(draft: Draft, drafts: ReadonlyMap<string, Draft>, now: number): boolean {
  const chain: ReleaseFacts[] = [];
  for (let at: Draft | undefined = draft; at; at = at.parentId === null ? undefined : drafts.get(at.parentId))
    chain.push({
      state: at.after.state,
      isDeleted: false,
      releases: new Map(
        at.after.releases.map((each) => [each.region, { opensAt: each.opens_at, closesAt: each.closes_at }]),
      ),
    });
  return [...effectiveWindows(chain).values()].some(({ opensAt }) => opensAt <= now);
}
