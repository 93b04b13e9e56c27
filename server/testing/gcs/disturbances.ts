/** What happens to a request instead of what should. */
export type Disturbance =
  /** Refused with this status, in Google's form. */
  | { readonly kind: 'refuse'; readonly status: number; readonly reason?: string }
  /** Answered later, in milliseconds. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The connection ends after this many bytes of the request's body; what came before has arrived. */
  | { readonly kind: 'cutRequest'; readonly afterBytes: number }
  /** The connection ends after this many bytes of the answer's body. */
  | { readonly kind: 'cutAnswer'; readonly afterBytes: number }
  /** All is done, and nobody is told. */
  | { readonly kind: 'loseAnswer' }
  /** One bit of the answer's body is another one. */
  | { readonly kind: 'flipBit' }
  /** A piece is not kept, and the answer names no range: seen once in some million uploads. */
  | { readonly kind: 'forgetPiece' };

/** A request as it came in. */
export interface Asked {
  readonly method: string;
  /** `objects.get`, `media.get`, `resumable.put` for a piece, `resumable.ask` and so on. */
  readonly operation: string;
  /** Name of the object, where there is one. */
  readonly object: string | undefined;
  readonly authorized: 'bearer' | 'signed' | 'session';
}
