import { atOnce } from '../hooks.ts';
import { ProblemError } from '../../kit/errors.ts';
import type { AcceptsHost } from '../addressee.ts';
import type { HttpApp } from '../http-app.ts';
import { isForwarded } from './forwarding.ts';

/**
 * Refuses requests for hosts that are not us. Where a proxy is believed, what counts is the host that it was asked for.
 * Must be called before the first route is added.
 */
export function refuseOtherHosts(app: HttpApp, acceptsHost: AcceptsHost | undefined): void {
  if (acceptsHost === undefined) return;
  app.addHook(
    'onRequest',
    atOnce((request) => {
      const host = request.host;
      // Only programs of before HTTP/1.1 name none, and a browser is not one of them.
      if (host === '' || acceptsHost(host, isForwarded(request))) return;
      throw new ProblemError(
        'misdirected_request',
        'This server does not answer to the name that the request is for. Its operator sets server.publicUrl, or lists ' +
          'the name in server.hosts.',
      );
    }),
  );
}
