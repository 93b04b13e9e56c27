import net from 'node:net';

/**
 * Whether a connection to a site can be opened soon: to its proxy, where the environment names one.
 * @param {string} site
 * @param {NodeJS.ProcessEnv} [environment]
 * @param {number} [timeoutMs]
 * @returns {Promise<boolean>}
 */
export function isReachable(site, environment = process.env, timeoutMs = 3000) {
  const proxy =
    environment['HTTPS_PROXY'] ?? environment['https_proxy'] ?? environment['HTTP_PROXY'] ?? environment['http_proxy'];
  if (proxy !== undefined && proxy !== '' && !URL.canParse(proxy)) return Promise.resolve(false);
  const { hostname, port, protocol } = new URL(proxy || site);
  return new Promise((resolve) => {
    const socket = net.connect({ host: hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) });
    const answer = (/** @type {boolean} */ reached) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(reached);
    };
    // A timer of our own: the look-up of a name that nobody answers is not covered by the socket's.
    const timer = setTimeout(() => answer(false), timeoutMs);
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}
