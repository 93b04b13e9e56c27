import type { Connection, Transaction } from '../../../server/db/port.ts';
import type { TitleKind, TitleWindowsTable } from '../../../server/db/tables/titles.ts';
import { effectiveMaturity } from '../titles/maturity.ts';
import { countChange } from './generation.ts';
import { effectiveWindows, type ReleaseFacts, type Window } from './windows.ts';

interface Node extends ReleaseFacts {
  readonly id: string;
  readonly kind: TitleKind;
  readonly parentId: string | null;
  readonly maturity: number | null;
  readonly effectiveMaturity: number;
  readonly releases: Map<string, Window>;
}

/** Every title under a root, with what staff said about its release. */
async function readTree(tx: Transaction, rootId: string): Promise<ReadonlyMap<string, Node>> {
  const rows = await tx
    .selectFrom('titles')
    .leftJoin('releases', 'releases.title_id', 'titles.id')
    .select(['id', 'kind', 'parent_id', 'state', 'maturity', 'effective_maturity', 'deleted_at'])
    .select(['region', 'opens_at', 'closes_at'])
    .where('root_id', '=', rootId)
    .execute();
  const nodes = new Map<string, Node>();
  for (const row of rows) {
    const node = nodes.get(row.id) ?? {
      id: row.id,
      kind: row.kind,
      parentId: row.parent_id,
      maturity: row.maturity,
      effectiveMaturity: row.effective_maturity,
      state: row.state,
      isDeleted: row.deleted_at !== null,
      releases: new Map<string, Window>(),
    };
    if (row.region !== null && row.opens_at !== null)
      node.releases.set(row.region, { opensAt: row.opens_at, closesAt: row.closes_at });
    nodes.set(row.id, node);
  }
  return nodes;
}

function chainOf(node: Node, nodes: ReadonlyMap<string, Node>): readonly Node[] {
  const parent = node.parentId === null ? undefined : nodes.get(node.parentId);
  return parent ? [node, ...chainOf(parent, nodes)] : [node];
}

/** When a title is there for viewers, by region. */
export async function readWindows(db: Connection, titleId: string): Promise<ReadonlyMap<string, Window>> {
  const rows = await db
    .selectFrom('title_windows')
    .select(['region', 'opens_at', 'closes_at'])
    .where('title_id', '=', titleId)
    .orderBy('region')
    .execute();
  return new Map(rows.map((row) => [row.region, { opensAt: row.opens_at, closesAt: row.closes_at }]));
}

/**
 * Writes what follows from a tree anew, as far as it changed: windows and ages of everything under a root. Called, with
 * the root held, at the end of every change of something in it.
 */
export async function storeEffects(tx: Transaction, rootId: string): Promise<void> {
  const nodes = await readTree(tx, rootId);
  for (const node of nodes.values()) {
    const age = effectiveMaturity(chainOf(node, nodes).map(({ maturity }) => maturity));
    if (age !== node.effectiveMaturity)
      await tx.updateTable('titles').set({ effective_maturity: age }).where('id', '=', node.id).execute();
  }
  await storeWindows(tx, rootId, nodes);
  await countChange(tx);
}

async function storeWindows(tx: Transaction, rootId: string, nodes: ReadonlyMap<string, Node>): Promise<void> {
  const stored = await tx
    .selectFrom('title_windows')
    .innerJoin('titles', 'titles.id', 'title_windows.title_id')
    .select(['title_id', 'region', 'opens_at', 'closes_at'])
    .where('root_id', '=', rootId)
    .execute();
  const keyOf = ({ title_id, region }: Pick<TitleWindowsTable, 'title_id' | 'region'>) => `${title_id}/${region}`;
  const before = new Map(stored.map((row) => [keyOf(row), row]));
  const after = [...nodes.values()].flatMap((node) =>
    [...effectiveWindows(chainOf(node, nodes))].map(([region, { opensAt, closesAt }]) => ({
      title_id: node.id,
      kind: node.kind,
      region,
      opens_at: opensAt,
      closes_at: closesAt,
    })),
  );
  const kept = new Set(after.map(keyOf));
  for (const row of stored)
    if (!kept.has(keyOf(row)))
      await tx
        .deleteFrom('title_windows')
        .where('title_id', '=', row.title_id)
        .where('region', '=', row.region)
        .execute();
  const changed = after.filter((row) => {
    const old = before.get(keyOf(row));
    return old?.opens_at !== row.opens_at || old.closes_at !== row.closes_at;
  });
  // In pieces: a statement has a bounded number of parameters.
  for (let from = 0; from < changed.length; from += 500)
    await tx
      .insertInto('title_windows')
      .values(changed.slice(from, from + 500))
      .onConflict((conflict) =>
        conflict
          .columns(['title_id', 'region'])
          .doUpdateSet((excluded) => ({
            opens_at: excluded.ref('excluded.opens_at'),
            closes_at: excluded.ref('excluded.closes_at'),
          })),
      )
      .execute();
}
