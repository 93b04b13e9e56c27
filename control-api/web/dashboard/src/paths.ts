/** The page that the mail of an invitation leads to: for those who are nobody yet. */
export const invitationPath = '/invitation';
/** One's own account. */
export const accountPath = '/account';
