/** What the sealed address of an account belongs to that is gone: for the one mail that says so. */
export function erasedSealedFor(accountId: string): string {
  return `account.erased:${accountId}`;
}
