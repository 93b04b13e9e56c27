import type { AddressInfo } from 'node:net';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { Test } from 'tap';
import type { ReceivedMail } from './mail-contract.ts';

/** A mail server that keeps what it takes. */
export interface MailServer {
  readonly port: number;
  /** What it took, oldest first; `encrypted`: whether it came over TLS. */
  readonly received: readonly (ReceivedMail & { readonly encrypted: boolean; readonly user: string | undefined })[];
}

/** Starts a mail server on this machine, which ends with `t`. Without encryption unless `options` say otherwise. */
export async function startMailServer(t: Test, options: SMTPServerOptions = {}): Promise<MailServer> {
  const received: MailServer['received'][number][] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    allowInsecureAuth: true,
    onData(stream, session, done) {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        const { from, subject, text, messageId } = await PostalMime.parse(Buffer.concat(chunks));
        received.push({
          messageId: messageId ?? '',
          from: `${from?.name} <${from?.address}>`,
          to: session.envelope.rcptTo.map(({ address }) => address),
          subject: subject ?? '',
          text: (text ?? '').trimEnd(),
          encrypted: session.secure,
          user: session.user as string | undefined,
        });
        done();
      })();
    },
    ...options,
  });
  // Clients that do not like its certificate end the connection; that is their right.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => new Promise<void>((resolve) => server.close(resolve)));
  return { port: (server.server.address() as AddressInfo).port, received };
}
