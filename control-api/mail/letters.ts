/** What a mail says. */
export interface Letter {
  readonly subject: string;
  readonly text: string;
}

/** `2026-01-31 12:05 UTC`: who reads it knows his own time zone, and we do not. */
const inWords = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/**
 * To the owner of an account whose password was changed.
 * @param service the name of the service
 * @param change `at` in milliseconds since the epoch; `address` null when an operator did it at the machine
 */
export function passwordChanged(
  service: string,
  { at, address }: { readonly at: number; readonly address: string | null },
): Letter {
  const by =
    address === null ? 'It was set by those who run the service.' : `It was done from the network address ${address}.`;
  return {
    subject: `Your password for ${service} was changed`,
    text: [
      `The password of your account at ${service} was changed on ${inWords(at)}. ${by}`,
      'Everybody who was signed in with the old password was signed out.',
      'If this was you, there is nothing to do. If it was not, somebody else has your password: tell those who run the service at once.',
    ].join('\n\n'),
  };
}
