/** Cuts what arrives in pieces of any size into parts of one size. Holds less than a part between two calls. */
export class PartCollector {
  readonly #partBytes: number;
  #pieces: Buffer[] = [];
  #bytes = 0;

  /** @param first what was there before; less than a part */
  constructor(partBytes: number, first: Buffer) {
    this.#partBytes = partBytes;
    this.#keep(first);
  }

  /** What does not fill a part yet. */
  get rest(): Buffer {
    return Buffer.concat(this.#pieces);
  }

  /** Takes a piece; gives the parts that are full now. */
  *add(piece: Buffer): Generator<Buffer> {
    let at = 0;
    while (this.#bytes + piece.length - at >= this.#partBytes) {
      const end = at + this.#partBytes - this.#bytes;
      this.#keep(piece.subarray(at, end));
      at = end;
      const part = this.rest;
      this.#pieces = [];
      this.#bytes = 0;
      yield part;
    }
    this.#keep(piece.subarray(at));
  }

  #keep(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#bytes += piece.length;
  }
}
