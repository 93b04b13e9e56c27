/** Types of the players' manifest parsers, which ship none: as far as our tests look at what they understood. */
declare module 'm3u8-parser' {
  export interface ParsedSegment {
    readonly uri: string;
    readonly duration: number;
  }

  export interface ParsedManifest {
    readonly endList?: boolean;
    readonly playlistType?: string;
    readonly targetDuration?: number;
    readonly segments?: readonly ParsedSegment[];
    readonly playlists?: readonly { readonly uri: string; readonly attributes: Readonly<Record<string, unknown>> }[];
  }

  export class Parser {
    readonly manifest: ParsedManifest;
    push(text: string): void;
    end(): void;
  }
}

declare module 'mpd-parser' {
  export interface ParsedRepresentation {
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly endList: boolean;
    readonly segments: readonly {
      readonly resolvedUri: string;
      readonly duration: number;
      readonly presentationTime: number;
    }[];
  }

  export interface ParsedMpd {
    readonly duration: number;
    /** Always true; the representations tell. */
    readonly endList: boolean;
    readonly minimumUpdatePeriod?: number;
    readonly playlists: readonly ParsedRepresentation[];
    /** By label. */
    readonly mediaGroups: { readonly AUDIO: Readonly<Record<'audio', Readonly<Record<string, object>> | undefined>> };
  }

  export function parse(text: string, options: { readonly manifestUri: string }): ParsedMpd;
}
