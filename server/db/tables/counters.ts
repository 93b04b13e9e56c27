/** How often something happened that is limited, where a restart must not forget it (`server/limits/database.ts`). */
export interface CountersTable {
  name: string;
  /** SHA-256, base64url. */
  key: string;
  used: number;
  /** How many windows in a row were used up; only of counters that grow. */
  times: number;
  /** Until when this window lasts. */
  ends_at: number;
}
