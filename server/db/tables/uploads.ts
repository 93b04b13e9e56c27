declare module '../../kit/ids.ts' {
  interface IdPrefixes {
    upload: 'uploads';
  }
}

/** Files arriving by tus, and what became of them. How many bytes have arrived is what the storage says. */
export interface UploadsTable {
  id: string;
  owner_id: string;
  /** As the client named it; shown, never used as a path. */
  filename: string;
  /** MIME type as declared; the probe decides what it is. */
  declared_type: string;
  /** Size of the whole file. */
  bytes: number;
  /** What the client said of it: tus metadata as JSON, of which only name and type are read. */
  metadata: string | null;
  state: 'receiving' | 'finished' | 'terminated' | 'expired';
  storage_key: string;
  created_at: number;
  /** When it was begun, or bytes came last. */
  active_at: number;
  expires_at: number;
  finished_at: number | null;
  /** How many bytes had come when it was given up or expired; null until that is known, and for all others. */
  received_bytes: number | null;
}
