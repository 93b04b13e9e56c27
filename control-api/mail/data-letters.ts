import { inWords, letter, type Letter, type Notice } from './letters.ts';

/** What happens to somebody's data. */
export interface DataNotice extends Pick<Notice, 'event' | 'at' | 'address' | 'notMeUrl'> {
  /** The page for one's data. */
  readonly pageUrl: string;
  /** When the account is removed, in milliseconds since the epoch; null when it is kept by now. */
  readonly endsAt: number | null;
  /** Who asked for that; null when nobody did. */
  readonly by: string | null;
}

/**
 * To the owner of an account, about a copy of its data or its end; undefined for what is nothing to tell of (any more).
 * @param service the name of the service
 */
export function dataLetter(service: string, notice: DataNotice): Letter | undefined {
  const { pageUrl, endsAt, notMeUrl } = notice;
  const ifNot =
    notMeUrl === undefined
      ? undefined
      : `If it was not you, open this address: it locks the account, undoes what was done and sends you a new way in.\n${notMeUrl}`;
  switch (notice.event) {
    case 'account.data-copy-ready':
      return letter(
        `The copy of your data at ${service} is ready`,
        `You asked for a copy of what ${service} knows about you. It is ready, and is kept for a week. Sign in and download it here:\n${pageUrl}`,
        'The file is not in this mail, and no address here leads to it: somebody who can read your mail does not get it.',
        ifNot,
      );
    case 'account.deletion-begun':
      if (endsAt === null) return undefined;
      return letter(
        `Your account at ${service} will be deleted`,
        `${begunBy(notice)} Your account at ${service}, and everything that belongs to it, will be deleted on ${inWords(endsAt)}. Until then you can use it as before.`,
        `To keep it, sign in before that and choose “Keep my account” here:\n${pageUrl}`,
        ifNot,
      );
    case 'account.deletion-taken-back':
      return letter(
        `Your account at ${service} stays`,
        `Your account at ${service} is not going to be deleted any more. That was decided on ${inWords(notice.at)}, ${byWhom(notice.address)}.`,
        ifNot,
      );
    default:
      return undefined;
  }
}

const byWhom = (address: string | null) =>
  address === null ? 'by those who run the service' : `from the network address ${address}`;

function begunBy({ at, address, by }: DataNotice): string {
  if (by === 'provider') return `You asked for it at Facebook on ${inWords(at)}.`;
  return `It was asked for on ${inWords(at)}, ${byWhom(address)}.`;
}

/**
 * The last one, to somebody who has no account any more.
 * @param service the name of the service
 */
export function erasedLetter(service: string): Letter {
  return letter(
    `Your account at ${service} is deleted`,
    `Your account at ${service}, and everything that belonged to it, has been deleted. Nobody can sign in to it any more.`,
    'What must stay does not name you. This was the last mail.',
  );
}
