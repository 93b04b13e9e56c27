import { domainToASCII } from 'node:url';
import type { Kysely } from 'kysely';

/** What migrations of a later date may have changed is not known here: only the columns that are read and written. */
interface Rows {
  accounts: { id: string; email: string | null };
}

const pageSize = 1000;

/**
 * Addresses have their domain as mail servers are asked for it (`xn--…`), so that one mailbox is one address. Where two
 * accounts are of one mailbox, the one that is spelt so already keeps it, and the other one stays as it is.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const rows = db as Kysely<Rows>;
  for (let after = ''; ;) {
    const page = await rows
      .selectFrom('accounts')
      .select(['id', 'email'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(pageSize)
      .execute();
    for (const { id, email } of page) {
      after = id;
      const spelt = email === null ? null : asKept(email);
      if (spelt === null || spelt === email) continue;
      const other = await rows.selectFrom('accounts').select('id').where('email', '=', spelt).executeTakeFirst();
      if (!other) await rows.updateTable('accounts').set({ email: spelt }).where('id', '=', id).execute();
    }
    if (page.length < pageSize) return;
  }
}

/** As it was decided when this was written: later rules have migrations of their own. */
function asKept(email: string): string {
  const at = email.lastIndexOf('@') + 1;
  const domain = email.slice(at).replace(/\.$/, '');
  return email.slice(0, at) + (/^[\x21-\x7e]*$/.test(domain) ? domain : domainToASCII(domain) || domain);
}
