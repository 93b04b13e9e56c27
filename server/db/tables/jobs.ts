declare module '../../kit/ids.ts' {
  interface IdPrefixes {
    job: 'queue';
  }
}

/** The embedded queue's own table; nothing but `server/queue/database.ts` touches it. */
export interface JobsTable {
  id: string;
  name: string;
  payload: string;
  dedupe_key: string | null;
  priority: number;
  state: 'waiting' | 'active' | 'failed';
  attempts: number;
  max_attempts: number;
  run_at: number;
  lease_owner: string | null;
  lease_until: number | null;
  last_error: string | null;
  created_at: number;
}
