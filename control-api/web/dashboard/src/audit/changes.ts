import type { AuditRecord } from '../api/types.ts';

/** The value of a fact; `undefined` where the record does not tell of it. */
type Value = string | number | boolean | null;

/** What a record tells of one fact of its subject: both sides where it changed, one side where only that was told. */
export interface Change {
  /** The stable name of the fact, e.g. `role`. */
  readonly fact: string;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

/** The facts that a record tells of, without those that stayed as they were; in the order of the record. */
export function changesOf({ before, after }: Pick<AuditRecord, 'before' | 'after'>): Change[] {
  const facts = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...facts]
    .map((fact) => ({ fact, before: before?.[fact], after: after?.[fact] }))
    .filter((change) => change.before !== change.after);
}

/** The assets that records are about and that may still exist, each once: those whose end is not among the records. */
export function assetsToName(records: readonly AuditRecord[]): string[] {
  const subjects = new Set(records.map(({ subject }) => subject).filter((subject) => subject.startsWith('asset_')));
  for (const { event, subject } of records) if (event === 'asset.deleted') subjects.delete(subject);
  return [...subjects];
}
