/** A key that makes a request one that is done once (`Idempotency-Key`). Pages of plain http have no `randomUUID`. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
