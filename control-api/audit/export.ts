import { Readable } from 'node:stream';
import type { Connection } from '../../server/db/port.ts';
import { toIso } from '../../server/kit/clock.ts';
import { csvRow, jsonCell, textCell } from '../csv.ts';
import { presentAuditRecord, type ExportFormat } from './schemas.ts';
import { readAuditRecords, type AuditFilter, type AuditRow } from './search.ts';

/** How records are written into a file. */
interface FileFormat {
  readonly type: string;
  readonly head: string;
  readonly line: (row: AuditRow) => string;
}

const columns: Readonly<Record<string, (row: AuditRow) => string>> = {
  sequence: ({ sequence }) => textCell(String(sequence ?? '')),
  at: ({ at }) => textCell(toIso(at)),
  event: ({ event }) => textCell(event),
  subject: ({ subject }) => textCell(subject),
  actor: ({ actor }) => textCell(actor ?? ''),
  before: ({ before }) => jsonCell(before ?? ''),
  after: ({ after }) => jsonCell(after ?? ''),
  requestId: ({ request_id }) => textCell(request_id ?? ''),
  address: ({ address }) => textCell(address ?? ''),
  id: ({ id }) => textCell(id),
  hash: ({ hash }) => textCell(hash ?? ''),
};

/** Spreadsheets take a file for UTF-8 when it begins with this; programs have the other format. */
const byteOrderMark = '\ufeff';

export const fileFormats: Readonly<Record<ExportFormat, FileFormat>> = {
  csv: {
    type: 'text/csv; charset=utf-8',
    head: byteOrderMark + csvRow(Object.keys(columns).map(textCell)),
    line: (row) => csvRow(Object.values(columns).map((cell) => cell(row))),
  },
  jsonl: { type: 'application/x-ndjson', head: '', line: (row) => `${JSON.stringify(presentAuditRecord(row))}\n` },
};

/** The records that fit as a file, newest first; read as fast as it is taken, so that it never lies in memory whole. */
export function exportFile(db: Connection, filter: AuditFilter | undefined, format: ExportFormat): Readable {
  const { head, line } = fileFormats[format];
  async function* parts(): AsyncGenerator<string, void> {
    if (head !== '') yield head;
    if (filter) for await (const rows of readAuditRecords(db, filter)) yield rows.map(line).join('');
  }
  // One part is some hundred kilobytes: one waits while another one is sent.
  return Readable.from(parts(), { highWaterMark: 1 });
}

/** The name of the file: `audit-2026-11-30T12-00-00Z.csv`. */
export function exportName(now: number, format: ExportFormat): string {
  return `audit-${toIso(now)
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-')}.${format}`;
}
