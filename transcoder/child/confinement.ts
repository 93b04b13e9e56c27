/** What a child is kept from, each by a means of its own that a system may forbid. */
const confinementParts = ['network', 'files', 'processes', 'user', 'limits'] as const;
export type ConfinementPart = (typeof confinementParts)[number];

/** A place of the system that every program may need: shown as it is, or a link as the system has it. */
export type SystemPlace = { readonly folder: string } | { readonly file: string } | SystemLink;
interface SystemLink {
  readonly link: string;
  readonly target: string;
}

/** What this system offers to keep a media program in bounds (`findConfinement` tries it, `confinedWords` uses it). */
export interface Confinement {
  /** What makes the namespaces: bubblewrap, unshare(1), or nothing. */
  readonly way: 'bubblewrap' | 'unshare' | 'none';
  /** Whether a run sees only what it is given. */
  readonly hidesFiles: boolean;
  /** Whether the namespaces belong to a user namespace of ours; otherwise the server is root and needs none. */
  readonly ownUserNamespace: boolean;
  /** Absolute paths of the programs that confine, as far as they are there. */
  readonly programs: Readonly<
    Partial<Record<'bwrap' | 'unshare' | 'setpriv' | 'prlimit' | 'nice' | 'sh' | 'true', string>>
  >;
  /** Whether this bubblewrap can forbid further user namespaces. */
  readonly forbidsUserNamespaces: boolean;
  /** Whether the kernel counts processes for each user namespace (since Linux 5.14): else a bound would be of all runs. */
  readonly countsProcesses: boolean;
  /** Shown read-only to every run. */
  readonly system: readonly SystemPlace[];
  /** Folders below those of the system that are covered: the checkout, the data folder. */
  readonly hidden: readonly string[];
  /** Where the server is root: who the children are instead. */
  readonly runAs: { readonly uid: number; readonly gid: number } | undefined;
  /** What children are not kept from. */
  readonly lost: readonly ConfinementPart[];
  /** What the system answered where something of it was lost, for operators. */
  readonly why: string;
}

/** Nothing at all: what a system without namespaces and util-linux offers. */
export const unconfined: Confinement = {
  way: 'none',
  hidesFiles: false,
  ownUserNamespace: false,
  programs: {},
  forbidsUserNamespaces: false,
  countsProcesses: false,
  system: [],
  hidden: [],
  runAs: undefined,
  lost: confinementParts,
  why: '',
};
