/**
 * Stops the whole thread, timers and requests included, for a few milliseconds: for waits inside synchronous calls.
 * @param {number} milliseconds
 */
export function pauseThread(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
