/** A secret with the id that tokens name it by. */
export interface SigningKey {
  /** Key id, `[A-Za-z0-9_-]{1,32}`. */
  readonly kid: string;
  /** At least 32 bytes. */
  readonly secret: Buffer;
}

/** The keys in force: one signs, all verify, so that tokens outlive a rotation. */
export interface Keyring {
  readonly current: SigningKey;
  find(kid: string): SigningKey | undefined;
}
