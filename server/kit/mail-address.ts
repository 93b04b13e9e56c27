/**
 * One address without quotes (a dot-atom and a domain, RFC 5321 §4.1.2): what an account can have, and what mails are
 * written to. Libraries read lists of addresses: of `a,other@example.com` they would write to the other one. Neither it
 * nor a control character must reach a query: PostgreSQL fails on U+0000.
 */
export const plainAddress = /^[^\s\p{C}@<>()[\]\\,;:"]+@[^\s\p{C}@<>()[\]\\,;:"]+$/u;
