/** How far a round through the storage is that looks for what nothing refers to. One row for each that is under way. */
export interface CollectionMarksTable {
  /** What is gone through: `sources`, `assets`, `work`. */
  name: string;
  /** The key or prefix behind which it goes on. */
  after: string;
}
