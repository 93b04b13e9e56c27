declare module '../../kit/ids.ts' {
  interface IdPrefixes {
    copy: 'personal-data';
  }
}

/** A file with everything that is known of an account, made for its owner. Gone a week after it was asked for. */
export interface DataCopiesTable {
  id: string;
  account_id: string;
  state: 'waiting' | 'working' | 'ready' | 'failed';
  /** Where the file lies; null until it is ready. */
  storage_key: string | null;
  bytes: number | null;
  created_at: number;
  ready_at: number | null;
  /** When file and row are removed. */
  expires_at: number;
}

/** That somebody asked Facebook to have deleted here what came from there. It holds nothing of who it was. */
export interface ProviderDeletionsTable {
  /** Random; who has it may look how far it is. */
  code: string;
  /** The account that is deleted by it; null when there is none (any more): then it is done. */
  account_id: string | null;
  requested_at: number;
}
