/** What the log is narrowed down to; an empty text leaves it whole. Kept in the address of the page. */
export interface AuditFilter {
  readonly actor: string;
  readonly subject: string;
}

/** Longest text of either field, as the API has it. */
export const maxFilterLength = 64;

/** What the API takes in each field. */
export const filterPatterns: Readonly<Record<keyof AuditFilter, string>> = {
  actor: '^(account|key)_[0-9A-HJKMNP-TV-Z]{26}$',
  subject: '^([a-z]{2,16}_[0-9A-HJKMNP-TV-Z]{26}|[0-9]{1,16}|[a-z]{2,16}(-[a-z]{2,16}){1,3})$',
};

/** Whether the API takes this text in this field; an empty one is not sent. */
export function isTaken(field: keyof AuditFilter, text: string): boolean {
  return text === '' || (text.length <= maxFilterLength && new RegExp(filterPatterns[field]).test(text));
}

/** The filter in an address, as somebody wrote it. */
export function filterIn(search: URLSearchParams): AuditFilter {
  const read = (field: keyof AuditFilter) => (search.get(field) ?? '').trim();
  return { actor: read('actor'), subject: read('subject') };
}

/** The address of a filter: without the fields that are empty. */
export function addressOf({ actor = '', subject = '' }: Partial<AuditFilter>): URLSearchParams {
  return new URLSearchParams({ ...(actor && { actor }), ...(subject && { subject }) });
}
