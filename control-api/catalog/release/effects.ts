import type { Connection, Transaction } from '../../../server/db/port.ts';
import type { TitleKind, TitleWindowsTable } from '../../../server/db/tables/titles.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import type { Outbox } from '../../../server/outbox/port.ts';
import { effectiveMaturity } from '../titles/maturity.ts';
import { countChange } from './generation.ts';
import { effectiveWindows, isOpen, type ReleaseFacts, type Window } from './windows.ts';

interface Node extends ReleaseFacts {
  readonly id: string;
  readonly kind: TitleKind;
  readonly parentId: string | null;
  readonly maturity: number | null;
  readonly effectiveMaturity: number;
  readonly assetId: string | null;
  readonly releases: Map<string, Window>;
  /** What follows for viewers; of the whole chain. */
  windows: ReadonlyMap<string, Window>;
}

/** Every title under a root, with what staff said about its release. */
async function readTree(tx: Transaction, rootId: string): Promise<ReadonlyMap<string, Node>> {
  const rows = await tx
    .selectFrom('titles')
    .leftJoin('releases', 'releases.title_id', 'titles.id')
    .select(['id', 'kind', 'parent_id', 'state', 'maturity', 'effective_maturity', 'asset_id', 'deleted_at'])
    .select(['region', 'opens_at', 'closes_at'])
    .where('root_id', '=', rootId)
    .execute();
  const nodes = new Map<string, Node>();
  for (const row of rows) {
    const node = nodes.get(row.id) ?? {
      id: row.id,
      kind: row.kind,
      assetId: row.asset_id,
      parentId: row.parent_id,
      maturity: row.maturity,
      effectiveMaturity: row.effective_maturity,
      state: row.state,
      isDeleted: row.deleted_at !== null,
      releases: new Map<string, Window>(),
      windows: new Map<string, Window>(),
    };
    if (row.region !== null && row.opens_at !== null)
      node.releases.set(row.region, { opensAt: row.opens_at, closesAt: row.closes_at });
    nodes.set(row.id, node);
  }
  for (const node of nodes.values()) node.windows = effectiveWindows(chainOf(node, nodes));
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
  return windowsOf(rows);
}

const windowsOf = (rows: readonly Pick<TitleWindowsTable, 'region' | 'opens_at' | 'closes_at'>[]): Windows =>
  new Map(rows.map((row) => [row.region, { opensAt: row.opens_at, closesAt: row.closes_at }]));

export interface EffectsOptions {
  readonly outbox: Pick<Outbox, 'record'>;
  readonly clock: Clock;
}

/** What follows from what staff say: windows, ages, and that somebody may not watch any more. */
export class Effects {
  readonly #options: EffectsOptions;

  constructor(options: EffectsOptions) {
    this.#options = options;
  }

  /**
   * Writes what follows from a tree anew, as far as it changed. Called, with the root held, at the end of every change
   * of something in it.
   */
  async store(tx: Transaction, rootId: string): Promise<void> {
    const nodes = await readTree(tx, rootId);
    for (const node of nodes.values()) {
      const age = effectiveMaturity(chainOf(node, nodes).map(({ maturity }) => maturity));
      if (age !== node.effectiveMaturity)
        await tx.updateTable('titles').set({ effective_maturity: age }).where('id', '=', node.id).execute();
    }
    const now = this.#options.clock.now();
    const before = await storeWindows(tx, rootId, nodes);
    for (const node of nodes.values())
      if (node.assetId !== null && closes(before.get(node.id), node.windows, now))
        await this.tellWithdrawn(tx, node.assetId);
    await countChange(tx);
  }

  /** A video is not there any more for somebody for whom it was: streams of it end. */
  async tellWithdrawn(tx: Transaction, assetId: string): Promise<void> {
    const { outbox, clock } = this.#options;
    await outbox.record(tx, 'video.withdrawn', assetId, { assetId, at: clock.now() });
  }
}

type Windows = ReadonlyMap<string, Window>;

/** Whether what was open somewhere at a moment is not there any more with other windows. */
function closes(before: Windows | undefined, after: Windows, now: number): boolean {
  if (before === undefined) return false;
  const regions = [undefined, ...new Set([...before.keys(), ...after.keys()])];
  return regions.some((region) => isOpen(before, region, now) && !isOpen(after, region, now));
}

/** Returns the windows that there were, by title. */
async function storeWindows(
  tx: Transaction,
  rootId: string,
  nodes: ReadonlyMap<string, Node>,
): Promise<ReadonlyMap<string, Windows>> {
  const stored = await tx
    .selectFrom('title_windows')
    .innerJoin('titles', 'titles.id', 'title_windows.title_id')
    .select(['title_id', 'region', 'opens_at', 'closes_at'])
    .where('root_id', '=', rootId)
    .execute();
  const keyOf = ({ title_id, region }: Pick<TitleWindowsTable, 'title_id' | 'region'>) => `${title_id}/${region}`;
  const before = new Map(stored.map((row) => [keyOf(row), row]));
  const after = [...nodes.values()].flatMap((node) =>
    [...node.windows].map(([region, { opensAt, closesAt }]) => ({
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
  const titles = Map.groupBy(stored, (row) => row.title_id);
  return new Map([...titles].map(([id, rows]) => [id, windowsOf(rows)]));
}
