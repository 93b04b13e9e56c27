/** Where lines cannot be redrawn (a log file), progress is written this often, in milliseconds. */
const plainEveryMs = 10_000;

/** Tells what is going on: one line that is redrawn on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #output: NodeJS.WriteStream;
  #isDrawn = false;
  #writtenAt = -Infinity;

  constructor(output: NodeJS.WriteStream) {
    this.#output = output;
  }

  /** Shows what is done now in place of what was shown before. */
  show(line: string): void {
    if (this.#output.isTTY) {
      this.#output.write(`\r\x1b[2K${line.slice(0, this.#output.columns - 1)}`);
      this.#isDrawn = true;
      return;
    }
    const now = performance.now();
    if (now - this.#writtenAt < plainEveryMs) return;
    this.#writtenAt = now;
    this.#output.write(`${line}\n`);
  }

  /** Writes what stays. */
  print(text: string): void {
    if (this.#isDrawn) this.#output.write('\r\x1b[2K');
    this.#isDrawn = false;
    this.#output.write(`${text}\n`);
  }
}
