import t from 'tap';
import { unconfined, type Confinement } from './confinement.ts';
import { explainLosses, noticesOfConfinement, remedies, requireConfinement } from './losses.ts';

const whole: Confinement = { ...unconfined, way: 'bubblewrap', hidesFiles: true, lost: [] };
const bwrap = '/usr/bin/bwrap';

t.test('what is lost is said with what can be done about it, and in the words of the system', (t) => {
  t.equal(explainLosses(whole), undefined);
  const forbidden = { ...unconfined, programs: { bwrap }, why: 'bubblewrap: Operation not permitted' };
  const said = explainLosses(forbidden, 'linux') ?? '';
  t.match(said, /reach the network, they see the server's files, .* run as root and their memory/);
  t.match(said, /seccomp=unconfined.*security\.nesting.*apparmor_restrict_unprivileged_userns/);
  t.match(said, /The system says: bubblewrap: Operation not permitted$/);
  t.ok(
    (explainLosses({ ...forbidden, why: 'x'.repeat(5000) }, 'linux') ?? '').length < 2000,
    'as long as a notice may be',
  );
  t.end();
});

t.test('what to do depends on what is there', (t) => {
  const of = (lost: Confinement['lost'], programs: Confinement['programs'], platform = 'linux') =>
    remedies({ lost, programs }, platform).join('\n');
  const namespaces = ['network', 'files', 'processes'] as const;
  t.match(of(namespaces, {}), /^Install bubblewrap.*apt-get install bubblewrap util-linux/);
  t.match(of(['files'], { unshare: '/usr/bin/unshare', setpriv: '/usr/bin/setpriv' }), /^Allow namespaces/);
  t.match(of(['user'], { unshare: '/usr/bin/unshare', setpriv: '/usr/bin/setpriv' }), /media\.user/);
  t.match(of(['user'], { bwrap }), /install unshare and setpriv/);
  t.match(of(['limits'], {}), /^Install prlimit/);
  t.match(of(['limits'], { prlimit: '/usr/bin/prlimit' }), /prlimit was refused/);
  t.match(of([...namespaces, 'limits'], {}, 'darwin'), /^Only Linux[^\n]*$/, 'nothing can be installed there');
  t.equal(of([], {}), '');
  t.end();
});

t.test('a server that must have the whole cage does not start without it', (t) => {
  const lacking: Confinement = { ...whole, lost: ['limits'] };
  t.throws(() => requireConfinement(lacking, 'required'), {
    name: 'OperatorError',
    message: /media\.confinement.*not limited.*prlimit.*"preferred"/,
  });
  requireConfinement(lacking, 'preferred');
  requireConfinement(whole, 'required');
  t.end();
});

t.test('operators are told of a loss, and of a server that is root', (t) => {
  const runAs = { uid: 65_534, gid: 65_534 };
  t.strictSame(noticesOfConfinement(whole, false), []);
  t.match(noticesOfConfinement({ ...whole, runAs }, true), [{ code: 'server-is-root', setting: 'media.user' }]);
  const lost = noticesOfConfinement({ ...whole, lost: ['user'] }, true);
  t.match(lost, [{ code: 'confinement-lost', setting: 'media.confinement', detail: /run as root/ }]);
  t.equal(lost.length, 1, 'said once');
  t.end();
});
