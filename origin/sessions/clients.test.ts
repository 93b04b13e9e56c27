import { EventEmitter } from 'node:events';
import { Agent, type IncomingMessage } from 'node:http';
import t from 'tap';
import { rawRequest } from '../testing/raw-request.ts';
import { startOrigin } from '../testing/start-origin.ts';
import { ClientLimit } from './clients.ts';

type Request = Pick<IncomingMessage, 'socket' | 'headers'>;

/** A player with a connection of its own; `forwarded` is what a proxy wrote. */
function player(address: string, agent = 'hls.js', forwarded?: string): Request & { close(): void } {
  const socket = Object.assign(new EventEmitter(), { remoteAddress: address });
  const headers = { 'user-agent': agent, ...(forwarded && { 'x-forwarded-for': forwarded }) };
  return { socket: socket as unknown as Request['socket'], headers, close: () => socket.emit('close') };
}

function limit(perSession = 4, trustProxy = false) {
  const told: string[] = [];
  let now = 0;
  const clients = new ClientLimit({ perSession, trustProxy, onRefused: (session) => told.push(session) });
  return {
    told,
    wait: (seconds: number) => {
      now += seconds * 1000;
    },
    admit: (request: Request, sessionId = 'session_1', rendition = 'v720-3000') =>
      clients.admit(request, { sessionId, rendition }, now),
  };
}

t.test('a household that moves between networks goes on', async (t) => {
  const { admit, wait, told } = limit();
  // From Wi-Fi to mobile, through tunnels and trains, and back, with a segment every four seconds.
  for (const address of ['192.0.2.7', '198.51.100.1', '203.0.113.5', '2001:db8::1', '192.0.2.9', '198.51.100.200']) {
    // A browser has several connections.
    const connections = Array.from({ length: 6 }, () => player(address));
    for (let n = 0; n < 5; n += 1) {
      for (const each of connections) t.ok(admit(each), address);
      wait(4);
    }
    // Those of the network that is gone are never closed.
  }
  const phone = player('192.0.2.7');
  const television = player('192.0.2.8', 'CrKey');
  t.ok(admit(phone) && admit(television), 'a phone that hands over to a television');
  t.same(told, []);
});

t.test('a link that was passed on plays for as many as are allowed, and those before the others go on', async (t) => {
  const { admit, wait, told } = limit();
  const players = Array.from({ length: 50 }, (_, n) => player(`203.0.${n}.1`));
  for (let round = 0; round < 10; round += 1) {
    t.same(
      players.map((each) => admit(each)),
      players.map((_, n) => n < 4),
      `round ${round}`,
    );
    wait(4);
  }
  t.ok(told.length >= 1 && told.length <= 2, 'told once in half a minute');
  t.ok(admit(players[10] as Request, 'session_2'), 'another stream has clients of its own');
  wait(25);
  t.equal(admit(players[10] as Request), false);
  wait(5);
  t.ok(admit(players[10] as Request), 'when the others have stopped there is room');
  t.ok(admit(players[11] as Request));
});

t.test('many programs at one place are bounded too, in one network of IPv6 as well', async (t) => {
  const { admit } = limit(2);
  const programs = ['VLC', 'mpv', 'Safari', 'Kodi', 'Chrome'];
  t.same(
    programs.map((agent) => admit(player('2001:db8::1', agent))),
    [true, true, true, true, false],
  );
  t.ok(admit(player('2001:db8::ffff', 'mpv')), 'a further connection of a program that plays');
});

t.test('many players of one program at one place are bounded by their connections', async (t) => {
  const { admit, wait } = limit();
  const players = Array.from({ length: 50 }, () => player('192.0.2.1'));
  for (let round = 0; round < 3; round += 1) {
    t.same(
      players.map((each) => admit(each)),
      players.map((_, n) => n < 16),
    );
    wait(4);
  }
  players[3]?.close();
  t.ok(admit(players[20] as Request), 'one that is closed makes room');
  t.notOk(admit(players[21] as Request));
});

t.test('a player that opens every rendition at once is one player', async (t) => {
  const { admit, wait, told } = limit(1);
  // FFmpeg has two connections for each: one plays, one fetches what comes next.
  const connections = Array.from({ length: 30 }, (_, n) => [
    n,
    player('192.0.2.1', 'Lavf'),
    player('192.0.2.1', 'Lavf'),
  ]);
  for (let round = 0; round < 3; round += 1) {
    for (const [n, ...each] of connections as [number, Request, Request][])
      for (const one of each) t.ok(admit(one, 'session_1', `v${n}-100`));
    wait(11);
  }
  t.same(told, []);
});

t.test('a connection that asks for names without end takes no memory without end', async (t) => {
  const { admit } = limit(1);
  const one = player('192.0.2.1');
  for (let n = 0; n < 1000; n += 1) t.ok(admit(one, 'session_1', `v${n}-1`));
  // What it was used for first is forgotten: seven others and itself are what one place may have.
  for (let n = 0; n < 8; n += 1) t.ok(admit(player('192.0.2.1'), 'session_1', 'v0-1'));
  t.notOk(admit(one, 'session_1', 'v0-1'));
});

t.test('behind a proxy the client is who the proxy says, and only the proxy', async (t) => {
  const believed = limit(2, true);
  const from = (last: string, n = 0) => player('127.0.0.1', 'hls.js', `198.51.${n}.1, ${last}`);
  t.ok(believed.admit(from('203.0.113.1', 1)) && believed.admit(from('203.0.113.2', 2)), 'one network');
  t.ok(believed.admit(from('192.0.2.1')));
  t.notOk(believed.admit(from('198.51.100.1')));
  // A proxy with a connection for each request, which it closes: one viewer asks for much and is one all the same.
  const plain = limit(2);
  for (let n = 0; n < 100; n += 1) {
    const request = player('127.0.0.1', 'hls.js', `203.0.${n}.1`);
    t.ok(plain.admit(request), 'what is not believed makes nobody another client');
    request.close();
  }
});

t.test('a connection that a proxy uses for several streams counts for the last one', async (t) => {
  const { admit } = limit(1);
  const pool = Array.from({ length: 8 }, () => player('127.0.0.1'));
  for (let n = 0; n < 20; n += 1)
    for (const connection of pool) t.ok(admit(connection, `session_${n}`), 'eight connections, twenty streams');
  t.ok(admit(player('127.0.0.1'), 'session_0'));
});

t.test('without a limit everybody plays', async (t) => {
  const { admit } = limit(0);
  for (let n = 0; n < 100; n += 1) t.ok(admit(player(`203.0.${n}.1`)));
});

t.test('over HTTP: the one too many is told why, in a way that pages can read', async (t) => {
  const origin = await startOrigin(t, {}, undefined, { perSession: 1 });
  await origin.put('v1/00001.m4s', 'bytes');
  await origin.put('master.m3u8', '#EXTM3U\n#EXT-X-ENDLIST\n');
  const agents = Array.from({ length: 3 }, () => new Agent({ keepAlive: true }));
  t.teardown(async () => agents.forEach((agent) => agent.destroy()));
  const get = (n: number, file = 'v1/00001.m4s') =>
    rawRequest(origin.port, origin.path(file), {
      agent: agents[n] as Agent,
      headers: { 'User-Agent': `player ${n}`, Origin: 'https://page.example' },
    });
  t.equal((await get(0)).status, 200);
  t.equal((await get(1)).status, 200);
  const refused = await get(2);
  t.equal(refused.status, 403);
  t.match(JSON.parse(refused.body.toString()), { code: 'too_many_clients', status: 403 });
  t.match(refused.headers, { 'access-control-allow-origin': '*', 'cache-control': 'no-store' });
  t.equal((await get(2, 'master.m3u8')).status, 403, 'manifests as well');
  t.equal((await get(0)).status, 200, 'the others go on');
  const lines = origin.log.filter((line) => line.includes('more clients than allowed'));
  t.equal(lines.length, 1);
  t.match(lines[0], origin.claims.sessionId);
  t.notOk(origin.log.some((line) => line.includes(origin.token)));
  origin.clock.advance(30_000);
  t.equal((await get(2)).status, 200);
});
