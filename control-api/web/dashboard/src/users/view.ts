import type { AccountStatus, Role } from '../api/types.ts';

/** Roles of those who watch, and of those who work for the service, each from the most to the least. */
export const watchingRoles = ['viewer', 'guest'] as const satisfies readonly Role[];
export const staffRoles = ['super_admin', 'content_manager', 'support', 'finance'] as const satisfies readonly Role[];
/** The roles that somebody can be given: guests have no way in. */
export const givenRoles = [...staffRoles, 'viewer'] as const;
export const statuses = ['active', 'disabled', 'locked'] as const satisfies readonly AccountStatus[];

/** Whether the rights of this role can be narrowed to some titles. */
export const canBeNarrowed = (role: Role): boolean => role === 'content_manager';

/** A role, or all of the staff. */
export type RoleFilter = Role | 'staff';
const roleFilters: readonly RoleFilter[] = ['staff', ...staffRoles, ...watchingRoles];

/** Which users are shown. Kept in the address of the page. */
export interface UsersView {
  /** An empty text finds everybody. */
  readonly search: string;
  readonly role: RoleFilter | undefined;
  readonly status: AccountStatus | undefined;
}

/** The longest text that the API searches for. */
export const searchCharacters = 254;

export const everybody: UsersView = { search: '', role: undefined, status: undefined };

/** The view in an address, as somebody wrote it: what is not understood is left out. */
export function viewIn(address: URLSearchParams): UsersView {
  return {
    search: (address.get('search') ?? '').trim().slice(0, searchCharacters),
    role: roleFilters.find((role) => role === address.get('role')),
    status: statuses.find((status) => status === address.get('status')),
  };
}

/** The address of a view, and its query of the API: without what narrows nothing down. */
export function addressOf({ search, role, status }: UsersView): URLSearchParams {
  return new URLSearchParams({ ...(search !== '' && { search }), ...(role && { role }), ...(status && { status }) });
}
