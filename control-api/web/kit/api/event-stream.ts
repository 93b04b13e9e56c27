export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

/**
 * Reads `text/event-stream` (WHATWG HTML §9.2) from a fetch body. `EventSource` cannot send an Authorization header,
 * and a token in a URL would end up in logs, so the few fields we use are parsed here. `onHeard` is called for every
 * piece that arrives, comments too: servers send those to show that they are alive.
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  onHeard?: () => void,
): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = '';
  let event = '';
  let data: string[] = [];
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      onHeard?.();
      rest += decoder.decode(value, { stream: true });
      // A lone CR at the end may be half of a CRLF: keep it for the next piece.
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === '') {
          if (data.length > 0) yield { event: event || 'message', data: data.join('\n') };
          event = '';
          data = [];
          continue;
        }
        const colon = line.indexOf(':');
        const field = colon < 0 ? line : line.slice(0, colon);
        const content = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
        if (field === 'event') event = content;
        else if (field === 'data') data.push(content);
      }
    }
  } finally {
    // Also reached when the consumer stops early; the connection must not stay open.
    await reader.cancel().catch(() => undefined);
  }
}
