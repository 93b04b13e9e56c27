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
  /** On whose behalf it is done; empty for nobody's in particular. */
  group_key: string;
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

/** When a group of jobs of one name last had its turn, as a number that only grows. A lost row costs a turn, no job. */
export interface JobTurnsTable {
  name: string;
  group_key: string;
  turn: number;
}
