/** Keys that sign tokens, for all processes. */
export interface SigningKeysTable {
  /** What it signs: `playback`, `pictures`, `access`, or what `secrets` seals. */
  ring: string;
  /** Unique within the ring; tokens name it. */
  kid: string;
  /** The key itself, encrypted under `keys.secret` (see `server/keys/seal.ts`). */
  sealed: string;
  created_at: number;
  /** From when on it signs: the other processes have read it by then. */
  signs_from: number;
  /** When its successor takes over; null for the newest, of which each ring has one. */
  replaced_at: number | null;
}
