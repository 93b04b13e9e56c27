/**
 * Waits for a condition instead of for a time: asks again every few milliseconds and fails, naming what was waited
 * for, when it does not come true within `timeoutMs` (default 60 s: only a failure waits that long, a busy machine may).
 */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  options: { readonly timeoutMs?: number; readonly everyMs?: number } = {},
): Promise<NonNullable<T>> {
  const deadline = performance.now() + (options.timeoutMs ?? 60_000);
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`Waited in vain until ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, options.everyMs ?? 5);
    });
  }
}
