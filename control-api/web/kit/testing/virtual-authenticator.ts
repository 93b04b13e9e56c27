import type { CDPSession, Page } from 'playwright-core';

/** A device with a passkey or none, as the browser believes it to be there (WebDriver: virtual authenticators). */
export interface VirtualAuthenticator {
  /** How many passkeys it has. */
  count(): Promise<number>;
  /** Whether its owner touches it when asked. */
  touch(isTouched: boolean): Promise<void>;
}

/** Gives the browser of a page a device that makes sure who holds it, and is touched at once. */
export async function addAuthenticator(page: Page): Promise<VirtualAuthenticator> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable', { enableUI: false });
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    count: async () => (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
    touch: async (isTouched) => {
      await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: isTouched });
    },
  };
}
