/** Files that are meant for a title, from the beginning of their upload on, and what came of it. */
export interface TitleUploadsTable {
  upload_id: string;
  title_id: string;
  /** The video that the title had then, which this one takes the place of; null when it had none. */
  replaces_asset_id: string | null;
  /** The asset that the upload became; null until its last byte is here. */
  asset_id: string | null;
  /** Why it did not become the video of its title: the code of a problem. */
  problem: string | null;
  created_at: number;
  /** When it became the video of its title or was refused; null until then. */
  settled_at: number | null;
}
