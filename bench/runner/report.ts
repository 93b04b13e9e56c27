import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Machine } from './machine.ts';
import { median, type MeasuredRow } from './measurement.ts';

export interface ReportRow {
  readonly row: string;
  readonly unit: string;
  /** Medians of the repetitions. */
  readonly ours: number;
  readonly peers: Readonly<Record<string, number>>;
  /** ours / the peer's value. */
  readonly ratio: Readonly<Record<string, number>>;
}

/** What `bench/report/<scenario>.json` holds. */
export interface Report {
  readonly scenario: string;
  /** UTC, ISO 8601. */
  readonly at: string;
  readonly machine: Machine;
  readonly rows: readonly ReportRow[];
}

/** Four significant digits: more would claim what no measurement here can hold. */
const rounded = (value: number): number => Number(value.toPrecision(4));

/** Sums up one row. A peer whose value is 0 has no ratio. */
export function toReportRow({ row, unit, ours, peers }: MeasuredRow): ReportRow {
  const own = median(ours);
  const others = Object.entries(peers).map(([name, samples]) => [name, median(samples)] as const);
  return {
    row,
    unit,
    ours: rounded(own),
    peers: Object.fromEntries(others.map(([name, value]) => [name, rounded(value)])),
    ratio: Object.fromEntries(
      others.flatMap(([name, value]) => (value === 0 ? [] : [[name, rounded(own / value)] as const])),
    ),
  };
}

/** Writes `<folder>/<scenario>.json`, whole or not at all, and returns its path. */
export async function writeReport(folder: string, report: Report): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${report.scenario}.json`);
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, `${JSON.stringify(report, undefined, 2)}\n`);
  await rename(partial, file);
  return file;
}
