declare module '../../kit/ids.ts' {
  interface IdPrefixes {
    consent: 'consents';
  }
}

/** What somebody agreed to, or withdrew. Rows are only added: the last one of a document says how it is now. */
export interface ConsentsTable {
  id: string;
  account_id: string;
  /** Counts the rows of an account, from 1: which one is the last does not depend on clocks. */
  number: number;
  document: string;
  version: string;
  /** 1: given; 0: withdrawn, or refused when asked. */
  given: number;
  at: number;
  /** Network address of who did it. */
  address: string;
  /** As their browser or app named itself; null when it did not. */
  user_agent: string | null;
  /** BCP 47; in which the document was shown, as far as that is known. */
  language: string | null;
}
