/** A secret with the id that tokens name it by. */
export interface SigningKey {
  /** Key id, `[A-Za-z0-9_-]{1,32}`. */
  readonly kid: string;
  /** At least 32 bytes. */
  readonly secret: Buffer;
}

/** The keys in force: one signs, all verify, so that tokens outlive a rotation. Both ask nobody but this process. */
export interface Keyring {
  /** The key that signs. One that is too old is replaced, by those who sign. */
  readonly current: SigningKey;
  /**
   * The key of this id while it may still verify. A key stays the same object as long as it is in force, so that those
   * who remember what it verified can compare it.
   */
  find(kid: string): SigningKey | undefined;
}

/** A keyring that says which keys it knows: what was made with a key that was replaced since can be made again. */
export interface ListedKeyring extends Keyring {
  /** Ids of the keys that may still verify. */
  readonly kids: readonly string[];
}

/**
 * A keyring that its processes share.
 *
 * - The first start makes one key; of several processes that start at once one makes it.
 * - A replaced key verifies for as long as what it signed may live, and is then removed.
 * - Nothing is signed with a key before the other processes know it, so that none refuses what another has just signed.
 *   A key that was taken out of the store verifies nothing any more within a second.
 * - A store that is away or damaged while the process runs is reported once; the keys in memory stay in force, and
 *   nothing is written over it. At a start it is refused, in words that quote no secret.
 */
export interface SharedKeyring extends ListedKeyring {
  /**
   * Makes a new key now and returns it: it signs from now on, or as soon as the other processes know it. Earlier ones
   * verify until what they signed has expired.
   * @throws OperatorError when the store cannot be used or another process holds it
   */
  rotate(): SigningKey | Promise<SigningKey>;
}

/** Ids of a key that was replaced and of its successor. */
export interface ReplacedKey {
  readonly before: string;
  readonly after: string;
}
