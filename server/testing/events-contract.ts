import type { Test } from 'tap';
import type { EventBus } from '../events/port.ts';
import { until } from './until.ts';

/** Two ends of one bus, as two processes would hold them; in one process they may be the same. */
export interface EventsFixture {
  readonly here: EventBus;
  readonly there: EventBus;
}

/** What every event bus promises. The suite closes both ends. */
export function eventsContract(t: Test, createFixture: (t: Test) => Promise<EventsFixture>): void {
  const open = async (t: Test) => {
    const fixture = await createFixture(t);
    t.teardown(() => Promise.all([fixture.here.close(), fixture.there.close()]));
    return fixture;
  };

  t.test('every listener of the name hears it, in order, wherever it was said', async (t) => {
    const { here, there } = await open(t);
    const heard: string[] = [];
    here.subscribe('asset.changed', (event) => {
      heard.push(`here ${event.assetId}`);
    });
    there.subscribe('asset.changed', (event) => {
      heard.push(`there ${event.assetId}`);
    });
    there.subscribe('version.ended', (event) => {
      heard.push(`cancelled ${event.assetId} ${event.versionId}`);
    });
    for (let i = 0; i < 3; i++) await here.publish('asset.changed', { assetId: String(i) });
    await there.publish('version.ended', { assetId: 'a', versionId: 'v' });
    await here.publish('asset.deleted', { assetId: 'nobody listens' });
    await until('all is heard', () => heard.length >= 7);
    t.strictSame(
      heard.filter((line) => line.startsWith('here')),
      ['here 0', 'here 1', 'here 2'],
    );
    t.strictSame(
      heard.filter((line) => line.startsWith('there')),
      ['there 0', 'there 1', 'there 2'],
    );
    t.strictSame(
      heard.filter((line) => line.startsWith('cancelled')),
      ['cancelled a v'],
    );
  });

  t.test('a subscription ends by itself, and the same function can have two', async (t) => {
    const { here } = await open(t);
    const heard: string[] = [];
    const listener = (event: { readonly assetId: string }) => {
      heard.push(event.assetId);
    };
    const endFirst = here.subscribe('asset.changed', listener);
    here.subscribe('asset.changed', listener);
    await here.publish('asset.changed', { assetId: 'twice' });
    await until('both heard', () => heard.length === 2);
    endFirst();
    endFirst();
    await here.publish('asset.changed', { assetId: 'once' });
    await here.publish('asset.changed', { assetId: 'last' });
    await until('the last came', () => heard.includes('last'));
    t.strictSame(heard, ['twice', 'twice', 'once', 'last']);
  });

  t.test('who subscribes later hears nothing of before', async (t) => {
    const { here } = await open(t);
    const heard: string[] = [];
    await here.publish('asset.changed', { assetId: 'before' });
    here.subscribe('asset.changed', (event) => {
      heard.push(event.assetId);
    });
    await here.publish('asset.changed', { assetId: 'after' });
    await until('it came', () => heard.includes('after'));
    t.strictSame(heard, ['after']);
  });

  t.test("a listener runs after the publisher's turn and cannot harm anybody", async (t) => {
    const { here } = await open(t);
    const heard: unknown[] = [];
    here.subscribe('asset.changed', () => {
      throw new Error('a broken listener');
    });
    here.subscribe('asset.changed', (event) => {
      heard.push(event.assetId);
    });
    const event = { assetId: 'as published' };
    const published = here.publish('asset.changed', event);
    t.strictSame(heard, [], 'not inside the call');
    event.assetId = 'changed afterwards';
    await published;
    await until('it came', () => heard.length > 0);
    t.strictSame(heard, ['as published']);
  });

  t.test('after the end there is silence', async (t) => {
    const { here } = await open(t);
    const heard: unknown[] = [];
    here.subscribe('asset.changed', (event) => {
      heard.push(event);
    });
    const late = here.publish('asset.changed', { assetId: 'on its way' });
    await here.close();
    await late;
    await here.publish('asset.changed', { assetId: 'after the end' });
    await here.close();
    t.strictSame(
      heard.filter((event) => (event as { assetId: string }).assetId === 'after the end'),
      [],
    );
  });
}
