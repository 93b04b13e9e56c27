import type { Transaction } from '../../server/db/port.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { ScopedWho } from '../title-scope.ts';
import { assetProblems } from './problems.ts';

/**
 * Refuses while a title has the video, whose viewers would be left with nothing. A title that is deleted is no reason: it
 * comes back without a video. The transaction holds the asset, as does who gives it to a title.
 * @throws ProblemError asset_in_use; which title it is is said to those who work on it
 */
export async function requireUnused(tx: Transaction, { scope }: ScopedWho, assetId: string): Promise<void> {
  const title = await tx
    .selectFrom('titles')
    .leftJoin('title_texts', (join) =>
      join
        .onRef('title_texts.title_id', '=', 'titles.id')
        .onRef('title_texts.language', '=', 'titles.original_language'),
    )
    .leftJoin('titles as roots', 'roots.id', 'titles.root_id')
    .leftJoin('title_texts as root_texts', (join) =>
      join.onRef('root_texts.title_id', '=', 'roots.id').onRef('root_texts.language', '=', 'roots.original_language'),
    )
    .select(['titles.id', 'titles.root_id', 'title_texts.name', 'root_texts.name as rootName'])
    .where('titles.asset_id', '=', assetId)
    .where('titles.deleted_at', 'is', null)
    .executeTakeFirst();
  if (!title) return;
  if (!scope.includes(title.root_id))
    throw new ProblemError(assetProblems.asset_in_use, 'A title has this video. It gets another one first.');
  const own = title.name ?? '';
  const name = title.id === title.root_id || title.rootName === null ? own : `${title.rootName}: ${own}`;
  throw new ProblemError(assetProblems.asset_in_use, `“${name}” has this video. Replace the video there first.`, {
    extras: { titleId: title.id, name },
  });
}
