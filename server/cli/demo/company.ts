import type { Config } from '../../../config/schema.ts';
import { demoCatalogue } from '../../../fixtures/demo-catalogue/titles/catalogue.ts';
import { findTools } from '../../../transcoder/tools.ts';
import type { RunningServer } from '../../boot/server.ts';
import type { ProgressDisplay } from '../progress-display.ts';
import { makeCatalogue } from './catalogue/make-catalogue.ts';
import { shouldMake } from './catalogue/mark.ts';
import type { DemoClient } from './client.ts';
import { addPeople } from './people.ts';

export interface CompanyOptions {
  readonly config: Config;
  readonly server: RunningServer;
  readonly client: DemoClient;
  readonly display: ProgressDisplay;
  /** Whether this start made the first administrator. */
  readonly isNew: boolean;
}

/** What keeps the given video company: people and a catalogue, made beside it so that every page has something to show. */
export class Company {
  readonly #options: CompanyOptions;
  readonly #wantsCatalogue: boolean;
  readonly #ending = new AbortController();
  #begun: Promise<void> | undefined;
  /** Whether the display is free to show how far the catalogue is. */
  maySpeak = false;

  private constructor(options: CompanyOptions, wantsCatalogue: boolean) {
    this.#options = options;
    this.#wantsCatalogue = wantsCatalogue;
  }

  /** Looks at what is there, before the video becomes a title of it. */
  static async invite(options: CompanyOptions): Promise<Company> {
    return new Company(options, await shouldMake(options.client, options.config.dataDir));
  }

  /** Begins, once, in the background. */
  begin(): void {
    this.#begun ??= this.#make();
  }

  /** Ends what is under way; a later start goes on with the catalogue. */
  async end(): Promise<void> {
    this.#ending.abort();
    await this.#begun;
  }

  async #make(): Promise<void> {
    const { config, client, display, isNew } = this.#options;
    const print = (line: string): void => display.print(line);
    // Only where everything is new: a library that is in use gets no people who do not exist, and nobody gets their mails.
    if (isNew && config.mail.kind === 'folder' && config.accounts.signUp === 'open')
      await this.#attempt('people', async () => {
        await addPeople(client);
        print('Some people are there as well: look at Users, Staff, Audit and Mail in the dashboard.');
      });
    if (!this.#wantsCatalogue) return;
    await this.#attempt('catalogue', async () => {
      const { ffmpeg } = await findTools(config.tools);
      await makeCatalogue({
        client,
        catalogue: demoCatalogue,
        dataDir: config.dataDir,
        ffmpeg: ffmpeg.path,
        signal: this.#ending.signal,
        print,
        show: (lines) => this.maySpeak && display.show(lines),
      });
    });
  }

  /** The demo can do without: it says when something did not come about, unless the server was stopped meanwhile. */
  async #attempt(what: string, action: () => Promise<void>): Promise<void> {
    const { server, display } = this.#options;
    try {
      await action();
    } catch (error) {
      if (server.isStopping || this.#ending.signal.aborted) return;
      display.print(`The video is there, but not all of the ${what}: ${(error as Error).message}`);
    }
  }
}
