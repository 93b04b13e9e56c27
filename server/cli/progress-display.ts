import type { DemoAsset } from './demo/client.ts';

type Version = DemoAsset['versions'][number];

const barWidth = 24;
/** Where lines cannot be redrawn (a log file), progress is written this often, in milliseconds. */
const plainEveryMs = 5000;

function bar(share: number): string {
  const full = Math.round(share * barWidth);
  return `${'#'.repeat(full)}${'.'.repeat(barWidth - full)} ${String(Math.floor(share * 100)).padStart(3)} %`;
}

/** `75` -> `1 min 15 s`. */
function inWords(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** What a version is doing, a line for the stage and one for each rendition. */
export function describe(version: Version): readonly string[] {
  const { stage, progress, etaSeconds } = version.work;
  const eta = etaSeconds === null ? '' : `  about ${inWords(etaSeconds)} left`;
  return [
    `${stage.padEnd(12)} ${bar(progress)}${eta}`,
    ...version.renditions.map((rendition) => {
      const size = rendition.kind === 'video' ? `${rendition.width}x${rendition.height}` : 'audio';
      return `  ${rendition.name.padEnd(12)} ${size.padEnd(10)} ${bar(rendition.progress)}`;
    }),
  ];
}

/** Shows changing lines: redrawn in place on a terminal, all of them now and then elsewhere. */
export class ProgressDisplay {
  readonly #output: NodeJS.WriteStream;
  #shown = 0;
  #writtenAt = 0;
  #last = '';

  constructor(output: NodeJS.WriteStream) {
    this.#output = output;
  }

  show(lines: readonly string[]): void {
    if (this.#output.isTTY) {
      this.#erase();
      const fitting = lines
        .slice(0, Math.max(1, this.#output.rows - 2))
        .map((line) => line.slice(0, this.#output.columns - 1));
      this.#output.write(fitting.map((line) => `${line}\n`).join(''));
      this.#shown = fitting.length;
      return;
    }
    const text = lines.map((line) => `${line.trimEnd()}\n`).join('');
    if (text === this.#last || Date.now() - this.#writtenAt < plainEveryMs) return;
    [this.#last, this.#writtenAt] = [text, Date.now()];
    this.#output.write(text);
  }

  /** Writes a line that stays, above what changes. */
  print(line: string): void {
    this.#erase();
    this.#output.write(`${line}\n`);
  }

  #erase(): void {
    if (this.#shown > 0) this.#output.write(`\x1b[${this.#shown}A\x1b[0J`);
    this.#shown = 0;
  }
}
