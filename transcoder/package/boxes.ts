import { packageFailed } from './failure.ts';

/**
 * A walk over the boxes of ISO base media files (ISO/IEC 14496-12), as far as one-track CMAF needs it. Everything
 * works on offsets into one Buffer, so that a field can be read, checked and corrected in its place.
 */
export interface Box {
  /** Four-character code. */
  readonly type: string;
  /** Offset of the box, of what follows its header, and of the first byte behind it. */
  readonly start: number;
  readonly body: number;
  readonly end: number;
}

/** The boxes between two offsets, in file order. @throws ProblemError package_failed when a box leaves its parent */
export function* boxes(data: Buffer, from = 0, to = data.length): Generator<Box> {
  let start = from;
  while (start < to) {
    if (start + 8 > to) throw packageFailed(`A box is cut off at byte ${start}`);
    const type = data.toString('latin1', start + 4, start + 8);
    let size = data.readUInt32BE(start);
    let body = start + 8;
    if (size === 1) {
      if (start + 16 > to) throw packageFailed(`The box "${type}" is cut off at byte ${start}`);
      size = Number(data.readBigUInt64BE(start + 8));
      body = start + 16;
    } else if (size === 0) {
      size = to - start;
    }
    const end = start + size;
    if (end < body || end > to) throw packageFailed(`The box "${type}" at byte ${start} does not fit into its file`);
    yield { type, start, body, end };
    start = end;
  }
}

/** The first box along a path of types, below `parent` or in the whole buffer. */
export function findBox(data: Buffer, path: readonly string[], parent?: Box): Box | undefined {
  let within = parent;
  for (const type of path) {
    let found: Box | undefined;
    for (const box of boxes(data, within?.body ?? 0, within?.end ?? data.length)) {
      if (box.type !== type) continue;
      found = box;
      break;
    }
    if (!found) return undefined;
    within = found;
  }
  return within;
}

/** @throws ProblemError package_failed when the box is not there */
export function requireBox(data: Buffer, path: readonly string[], parent?: Box): Box {
  const box = findBox(data, path, parent);
  if (!box) throw packageFailed(`The box ${path.join('/')} is missing`);
  return box;
}

/** Version and flags of a full box (ISO/IEC 14496-12 §4.2). */
export function fullBoxHeader(data: Buffer, box: Box): { readonly version: number; readonly flags: number } {
  return { version: data.readUInt8(box.body), flags: data.readUIntBE(box.body + 1, 3) };
}

/** A box around what it holds. */
export function makeBox(type: string, ...content: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(
    content.reduce((sum, { length }) => sum + length, head.length),
    0,
  );
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, ...content]);
}

/**
 * The file with other bytes from `start` to `end`, and every box around that place made to fit.
 * @throws ProblemError package_failed when one of them has a size of another form, which a few bytes more do not change
 */
export function withBytes(
  data: Buffer,
  around: readonly Box[],
  start: number,
  end: number,
  replacement: Buffer,
): Buffer {
  const changed = Buffer.concat([data.subarray(0, start), replacement, data.subarray(end)]);
  for (const box of around) {
    if (box.body !== box.start + 8 || data.readUInt32BE(box.start) !== box.end - box.start)
      throw packageFailed(`The box "${box.type}" does not have its size in four bytes`);
    changed.writeUInt32BE(box.end - box.start + replacement.length - (end - start), box.start);
  }
  return changed;
}
