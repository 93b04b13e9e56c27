import { median, type MeasuredRow, type Samples } from './measurement.ts';

/** Three significant digits, without an exponent: `1234` -> `1234`, `0.01234` -> `0.0123`. */
function asText(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** `202 (198..230)`: the median, and from where to where the repetitions went. */
function withSpread(samples: Samples): string {
  const middle = asText(median(samples));
  if (samples.length < 2) return middle;
  return `${middle} (${asText(Math.min(...samples))}..${asText(Math.max(...samples))})`;
}

function cellsOf({ row, unit, ours, peers }: MeasuredRow, names: readonly string[]): string[] {
  return [
    row,
    unit,
    withSpread(ours),
    ...names.flatMap((name) => {
      const samples = peers[name];
      if (samples === undefined) return ['', ''];
      return [withSpread(samples), `${asText(median(ours) / median(samples))} x`];
    }),
  ];
}

/**
 * Rows as a table of Markdown, which terminals and READMEs show alike: medians, their spread, and ours / peer. Rows that
 * have other peers than those before them get a table of their own; those that have none stay where they are.
 */
export function toTable(rows: readonly MeasuredRow[]): string {
  const groups: { readonly names: readonly string[]; readonly rows: MeasuredRow[] }[] = [];
  for (const row of rows) {
    const names = Object.keys(row.peers);
    const last = groups.at(-1);
    if (last !== undefined && (names.length === 0 || last.names.join('\n') === names.join('\n'))) last.rows.push(row);
    else groups.push({ names, rows: [row] });
  }
  return groups
    .map(({ names, rows: members }) => {
      const head = ['row', 'unit', 'ours', ...names.flatMap((name) => [name, 'ours / it'])];
      const body = members.map((row) => cellsOf(row, names));
      const widths = head.map((title, column) =>
        Math.max(title.length, ...body.map((cells) => (cells[column] ?? '').length)),
      );
      const line = (cells: readonly string[]): string =>
        `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
      return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
    })
    .join('\n\n');
}
