import type { Role } from '../../server/kit/permissions.ts';

/** What a mail says. */
export interface Letter {
  readonly subject: string;
  readonly text: string;
}

/** Something that was begun with an address, as sign-in describes it. */
export interface ChallengeFacts {
  readonly purpose: string;
  readonly to: string;
  /** Six digits. */
  readonly code: string;
  /** The page that goes on, with its secret. */
  readonly url: string;
  readonly isKnown: boolean;
  readonly isLocked: boolean;
  /** What somebody is invited to be; undefined when it is no invitation. */
  readonly role: Role | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** `2026-01-31 12:05 UTC`: who reads it knows his own time zone, and we do not. */
export const inWords = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** A letter of paragraphs. */
export const letter = (subject: string, ...paragraphs: readonly (string | undefined)[]): Letter => ({
  subject,
  text: paragraphs.filter((each) => each !== undefined).join('\n\n'),
});

/** Roles as a letter names them. */
const roleNames: Readonly<Record<Role, string>> = {
  super_admin: 'administrator',
  content_manager: 'content manager',
  support: 'support',
  finance: 'finance',
  viewer: 'viewer',
  guest: 'guest',
};

const ignore = 'If you did not ask for this, you can ignore this mail: nothing happens without it.';

/**
 * A code, a link, or both; undefined for a purpose that sends none.
 * @param service the name of the service
 */
export function challengeLetter(service: string, facts: ChallengeFacts): Letter | undefined {
  const { code, url, expiresAt } = facts;
  const until = `It can be used once, until ${inWords(expiresAt)}.`;
  const typed = `Your code: ${code}`;
  switch (facts.purpose) {
    case 'sign-up':
      return facts.isKnown
        ? letter(
            `You have an account at ${service} already`,
            `Somebody wants to sign up at ${service} with this address, and it has an account already.`,
            `If it was you: this code, typed in where you were asked for one, signs you in to it. Your password stays as it is. ${until}`,
            typed,
            ignore,
          )
        : letter(
            `${code} is your code for ${service}`,
            `Welcome to ${service}. Type this code in where you were asked for it. ${until}`,
            typed,
            `On another device, open this address and choose a password there:\n${url}`,
            ignore,
          );
    case 'sign-in':
      return letter(
        `${code} is your code for ${service}`,
        `This code signs you in to ${service}. Nobody who works for the service will ever ask you for it. ${until}`,
        typed,
        ignore,
      );
    case 'confirmation':
      return letter(
        `${code} is your code for ${service}`,
        `Something in your account at ${service} is about to be changed, and this code confirms that it is you. ${until}`,
        typed,
        'If it was not you, somebody is signed in to your account: do not pass the code on, and sign out all devices.',
      );
    case 'recovery':
      return letter(
        facts.isLocked ? `Your account at ${service} is locked` : `A new password for ${service}`,
        facts.isLocked
          ? 'You told us that somebody else changed your account. Everybody is signed out, and the password counts no more.'
          : `Somebody asked for a new password for your account at ${service}.`,
        `Set a new password here. ${until}\n${url}`,
        facts.isLocked ? undefined : `Or type in this code where you asked for it: ${code}`,
        facts.isLocked ? undefined : ignore,
      );
    case 'email-change':
      return letter(
        `${code} confirms your address for ${service}`,
        `This is to be the address of an account at ${service}. Type this code in where you were asked for it. ${until}`,
        typed,
        ignore,
      );
    case 'invitation':
      return letter(
        `You are invited to work for ${service}`,
        `You are invited to work for ${service}. Your role: ${roleNames[facts.role ?? 'viewer']}.`,
        `Open this address to accept. ${until}\n${url}`,
        'Do not pass this mail on: the address is for you alone.',
        'If you do not know what this is about, you can ignore this mail: nothing happens without it.',
      );
    default:
      return undefined;
  }
}

/** Something that was done to an account. */
export interface Notice {
  /** The name of the durable event. */
  readonly event: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Network address; null when those who run the service did it. */
  readonly address: string | null;
  /** The role that the account has now. */
  readonly role: Role;
  /** Where the owner says that it was somebody else; undefined when that page is not offered. */
  readonly notMeUrl: string | undefined;
}

interface Happening {
  readonly subject: string;
  /** A sentence that goes on with when and by whom. */
  readonly what: string;
  readonly consequence?: string;
  /** In the place of what to do when it was somebody else: nobody but staff can have done it. */
  readonly question?: string;
}

const happenings: Readonly<Record<string, Happening>> = {
  'account.password-changed': {
    subject: 'Your password for {service} was changed',
    what: 'The password of your account at {service} was changed',
    consequence: 'Everybody who was signed in was signed out.',
  },
  'account.email-changed': {
    subject: 'Your e-mail address at {service} was changed',
    what: 'Your account at {service} has another e-mail address: this one signs in no more. It was changed',
  },
  'account.second-factor-changed': {
    subject: 'Your second factor at {service} was changed',
    what: 'The authenticator app, the passkeys or the recovery codes of your account at {service} were changed',
  },
  'account.identities-changed': {
    subject: 'The linked accounts of {service} were changed',
    what: 'An account of Google, Apple or Facebook was linked to your account at {service}, or is linked no more. It was done',
  },
  'account.new-device': {
    subject: 'A new device is signed in at {service}',
    what: 'Somebody signed in to your account at {service} from a device that it did not know',
  },
  'account.role-changed': {
    subject: 'Your role at {service} was changed',
    what: 'The role of your account at {service} was changed',
    consequence: 'It is now: {role}.',
    question: 'If you did not expect this, ask those who run the service.',
  },
};

/**
 * To the owner of an account to which something was done; undefined for what is nothing to tell of.
 * @param service the name of the service
 */
export function noticeLetter(service: string, notice: Notice): Letter | undefined {
  const { event, at, address, role, notMeUrl } = notice;
  const happening = happenings[event];
  if (happening === undefined) return undefined;
  const { subject, what, consequence, question } = happening;
  const by = address === null ? 'by those who run the service' : `from the network address ${address}`;
  const named = (text: string) => text.replaceAll('{service}', () => service).replaceAll('{role}', roleNames[role]);
  const toDo =
    notMeUrl === undefined
      ? 'If this was you, there is nothing to do. If it was not, tell those who run the service at once.'
      : `If this was you, there is nothing to do. If it was not, open this address: it locks the account, undoes the change and sends you a new way in.\n${notMeUrl}`;
  return letter(
    named(subject),
    `${named(what)} on ${inWords(at)}, ${by}.${consequence === undefined ? '' : ` ${named(consequence)}`}`,
    question ?? toDo,
  );
}
