/** Types of autocannon, which ships none: as far as the bench uses it. */
declare module 'autocannon' {
  interface AutocannonRequest {
    readonly method?: string;
    readonly path?: string;
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly setupRequest?: (request: AutocannonRequest) => AutocannonRequest;
  }

  interface AutocannonResult {
    readonly requests: { readonly total: number };
    /** Bytes. */
    readonly throughput: { readonly total: number };
    /** Milliseconds. */
    readonly latency: { readonly p50: number; readonly p99: number };
    /** Seconds. */
    readonly duration: number;
    readonly errors: number;
    readonly timeouts: number;
    readonly non2xx: number;
  }

  export default function autocannon(options: {
    readonly url: string;
    readonly connections: number;
    readonly duration: number;
    readonly timeout: number;
    readonly requests: readonly AutocannonRequest[];
  }): Promise<AutocannonResult>;
}
