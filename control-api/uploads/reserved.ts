/** An unfinished upload, as the room for it is judged. */
export interface OpenUpload {
  readonly ownerId: string;
  /** As declared. */
  readonly bytes: number;
  readonly receivedBytes: number;
  /** When it was begun, or bytes came last; milliseconds since the epoch. */
  readonly activeAt: number;
}

/**
 * How much of the free disk is spoken for when somebody begins an upload, in bytes.
 *
 * To declare a length costs nothing, so it keeps nothing from others: an upload is kept as much again as has come of
 * it, and none once it stands still. Against the account itself everything counts that it began lately, so that
 * somebody who drops twenty files at once hears of the one that does not fit before it is sent. When all of them come
 * after all and the disk is full, who sends is told so and continues later from what is there.
 */
export function reservedBytes(
  open: readonly OpenUpload[],
  asked: { readonly by: string; readonly now: number; readonly reservedMs: number },
): number {
  return open
    .filter(({ activeAt }) => activeAt > asked.now - asked.reservedMs)
    .map(({ ownerId, bytes, receivedBytes }) => {
      const rest = Math.max(0, bytes - receivedBytes);
      return ownerId === asked.by ? rest : Math.min(rest, receivedBytes);
    })
    .reduce((sum, each) => sum + each, 0);
}
