/** Files arriving by tus, and what became of them. */
export interface UploadsTable {
  id: string;
  owner_id: string;
  /** As the client named it; shown, never used as a path. */
  filename: string;
  /** MIME type as declared; the probe decides what it is. */
  declared_type: string;
  bytes: number;
  state: 'receiving' | 'finished' | 'terminated' | 'expired';
  storage_key: string;
  created_at: number;
  expires_at: number;
  finished_at: number | null;
}
