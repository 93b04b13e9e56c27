/** Texts by key, nested. */
export interface Catalogue {
  readonly [key: string]: string | Catalogue;
}

/** The texts of one language by namespace: `kit`, `problems` and the app's own. */
export type Texts = Readonly<Record<string, Catalogue>>;

/**
 * What a translation of an English catalogue must have: the same keys, whatever the texts. It may have more (its own
 * plurals, problems that English leaves to the server).
 */
export type Translation<English> = {
  readonly [Key in keyof English]: English[Key] extends string ? string : Translation<English[Key]>;
};
