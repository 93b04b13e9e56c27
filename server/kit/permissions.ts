/** What an account may be. None includes another by itself: every route names the roles it is for. */
export const roles = ['super_admin', 'content_manager', 'viewer'] as const;
/** The role of an account. */
export type Role = (typeof roles)[number];
