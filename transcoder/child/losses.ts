import { OperatorError } from '../../server/kit/errors.ts';
import type { Notice } from '../../server/kit/notices.ts';
import type { Confinement, ConfinementPart } from './confinement.ts';

/*
 * What of the cage a system does not offer, said to operators: in the log, by the doctor, on the dashboard's page of
 * operations, or as the reason for which the server does not start. One text for all of them.
 */

const partsInWords: Readonly<Record<ConfinementPart, string>> = {
  network: 'they can reach the network',
  files: "they see the server's files",
  processes: 'they see other processes and may signal them',
  user: 'they run as root',
  limits: 'their memory and processor time are not limited',
};

/** How much of the system's own words is quoted. */
const quotedLength = 600;

/** What is lost, in one sentence, or undefined where nothing is. */
function describeLosses({ lost }: Pick<Confinement, 'lost'>): string | undefined {
  if (lost.length === 0) return undefined;
  const losses = lost.map((part) => partsInWords[part]);
  const last = losses.pop();
  return `Programs that read uploaded files are less confined than they should be: ${losses.length > 0 ? `${losses.join(', ')} and ` : ''}${last}.`;
}

const install = 'Debian, Ubuntu: apt-get install bubblewrap util-linux; Fedora: dnf install bubblewrap util-linux';

/** What an operator can do about what is lost, a sentence each. */
export function remedies({ lost, programs }: Pick<Confinement, 'lost' | 'programs'>, platform: string): string[] {
  if (lost.length === 0) return [];
  if (platform !== 'linux') return ['Only Linux confines programs: run the server there where others may upload.'];
  const found: string[] = [];
  const lacks = (part: ConfinementPart): boolean => lost.includes(part);
  if (lacks('network') || lacks('files') || lacks('processes')) {
    found.push(
      programs.bwrap || (programs.unshare && programs.setpriv)
        ? 'Allow namespaces to the user of the server. In a container: Docker --security-opt seccomp=unconfined --security-opt apparmor=unconfined, LXC security.nesting=true. On the machine: sysctl kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu 24.04 and newer), kernel.unprivileged_userns_clone=1 (older Debian), user.max_user_namespaces above 0. transcoder/child/README.md has the details.'
        : `Install bubblewrap, or unshare and setpriv of util-linux (${install}).`,
    );
  }
  if (lacks('user')) {
    found.push(
      programs.unshare && programs.setpriv
        ? 'Run the server as a user of its own instead of root, or see that media.user names a user of this system that is not root.'
        : `Run the server as a user of its own instead of root, or install unshare and setpriv of util-linux (${install}).`,
    );
  }
  if (lacks('limits'))
    found.push(
      programs.prlimit
        ? 'Let the user of the server set limits (prlimit was refused).'
        : `Install prlimit of util-linux (${install}).`,
    );
  return found;
}

/** What is lost, what can be done, and what the system said, in sentences; undefined where nothing is lost. */
export function explainLosses(confinement: Confinement, platform: string = process.platform): string | undefined {
  const losses = describeLosses(confinement);
  if (losses === undefined) return undefined;
  const why = confinement.why.slice(0, quotedLength);
  return [losses, ...remedies(confinement, platform), ...(why === '' ? [] : [`The system says: ${why}`])].join(' ');
}

/**
 * What operators are to be told of how programs are confined here.
 * @param isRoot whether the server runs as root
 */
export function noticesOfConfinement(
  confinement: Confinement,
  isRoot: boolean = process.geteuid?.() === 0,
): readonly Notice[] {
  const losses = explainLosses(confinement);
  const { runAs } = confinement;
  return [
    ...(losses === undefined ? [] : [{ code: 'confinement-lost', setting: 'media.confinement', detail: losses }]),
    ...(isRoot && runAs
      ? [
          {
            code: 'server-is-root',
            setting: 'media.user',
            detail: `The server runs as root. Programs that read uploaded files run as user ${runAs.uid} instead, but whoever takes over the server itself has the machine. Run it as a user of its own that owns the data folder.`,
          },
        ]
      : []),
  ];
}

/**
 * Holds the system to what is asked of it.
 * @throws OperatorError when the whole cage is required and something of it is lost
 */
export function requireConfinement(confinement: Confinement, asked: 'preferred' | 'required'): void {
  const losses = explainLosses(confinement);
  if (asked !== 'required' || losses === undefined) return;
  throw new OperatorError(
    `The server does not start, because media.confinement is "required". ${losses} With media.confinement "preferred" it starts all the same.`,
  );
}
