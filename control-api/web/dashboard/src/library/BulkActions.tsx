import { Button, Card, Group, Text } from '@mantine/core';
import { IconBooks, IconPlayerStop, IconRepeat, IconTrash, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOutletContext } from 'react-router';
import { problemText } from '../../../kit/api/problem.ts';
import { actOnAssets, type BulkAction } from '../api/assets.ts';
import type { AssetSummary } from '../api/types.ts';
import { ConfirmDialog } from '../../../kit/layout/ConfirmDialog.tsx';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { tellDone } from '../../../kit/layout/notify.ts';
import type { ShellContext } from '../layout/shell-context.ts';
import { isUnderWay } from '../words/work.ts';
import { MakeTitlesDialog } from './MakeTitlesDialog.tsx';
import type { Selection } from './use-selection.ts';

/** What was not done, by title. */
interface Outcome {
  readonly action: BulkAction;
  readonly failures: readonly { readonly id: string; readonly sentence: string }[];
}

/** The most videos that become titles at once. */
const mostTitles = 200;
const inWork = ({ newestVersion }: AssetSummary) => newestVersion !== null && isUnderWay(newestVersion.work);

/** Does the same to all chosen titles; what is refused is said of each, and those stay chosen. */
export function BulkActions({ selection }: { readonly selection: Selection }) {
  const { t } = useTranslation();
  const [question, setQuestion] = useState<BulkAction>();
  const [outcome, setOutcome] = useState<Outcome>();
  const [makesTitles, setMakesTitles] = useState(false);
  const { account } = useOutletContext<ShellContext>();
  const mayMakeTitles = account.permissions.includes('titles.edit');
  const { chosen } = selection;
  const count = chosen.length;
  const working = chosen.filter(inWork).length;

  async function act(action: BulkAction) {
    setOutcome(undefined);
    const titles = new Map(chosen.map(({ id, title }) => [id, title]));
    const results = await actOnAssets([...titles.keys()], action);
    const failures = results.flatMap(({ id, problem }) =>
      problem === null
        ? []
        : [{ id, sentence: t('bulk.failure', { title: titles.get(id) ?? id, reason: problemText(problem) }) }],
    );
    const done = results.length - failures.length;
    if (done > 0) tellDone(t(`bulk.done.${action}`), t('bulk.titles', { count: done }));
    setOutcome({ action, failures });
    selection.keepOnly(failures.map(({ id }) => id));
  }

  const failed = outcome && outcome.failures.length > 0 && (
    <Notice
      tone="failure"
      title={t(`bulk.failed.${outcome.action}`, { count: outcome.failures.length })}
      says={outcome.failures.map(({ sentence }) => sentence)}
      toDo={
        <Button size="xs" variant="default" onClick={() => setOutcome(undefined)}>
          {t('bulk.understood')}
        </Button>
      }
      data-testid="bulk-failures"
    />
  );
  return (
    <>
      {failed}
      {count > 0 && (
        <Card
          withBorder
          shadow="md"
          radius="lg"
          padding="sm"
          className="bulk"
          role="group"
          aria-label={t('bulk.of')}
          data-testid="bulk"
        >
          <Group gap="xs" justify="space-between">
            <Text size="sm" fw={600} role="status" className="figures">
              {t('bulk.chosen', { count })}
            </Text>
            <Group gap="xs">
              {mayMakeTitles && (
                <Button
                  size="compact-sm"
                  leftSection={<IconBooks size={16} />}
                  disabled={count > mostTitles}
                  title={count > mostTitles ? t('makeTitles.tooMany', { most: mostTitles }) : undefined}
                  onClick={() => setMakesTitles(true)}
                >
                  {t('makeTitles.open')}
                </Button>
              )}
              {working < count && (
                <Button
                  size="compact-sm"
                  variant="default"
                  leftSection={<IconRepeat size={16} />}
                  onClick={() => setQuestion('reencode')}
                >
                  {t('asset.reencode')}
                </Button>
              )}
              {working > 0 && (
                <Button
                  size="compact-sm"
                  variant="default"
                  leftSection={<IconPlayerStop size={16} />}
                  onClick={() => setQuestion('cancel')}
                >
                  {t('asset.cancel')}
                </Button>
              )}
              <Button
                size="compact-sm"
                variant="light"
                color="red"
                leftSection={<IconTrash size={16} />}
                onClick={() => setQuestion('delete')}
              >
                {t('asset.delete')}
              </Button>
              <Button
                size="compact-sm"
                variant="subtle"
                color="gray"
                leftSection={<IconX size={16} />}
                onClick={() => selection.keepOnly([])}
              >
                {t('bulk.none')}
              </Button>
            </Group>
          </Group>
        </Card>
      )}
      <MakeTitlesDialog
        opened={makesTitles && count > 0}
        videos={chosen}
        mayPublish={account.permissions.includes('titles.publish')}
        onMade={() => selection.keepOnly([])}
        onClose={() => setMakesTitles(false)}
      />
      {(['reencode', 'cancel', 'delete'] as const).map((action) => (
        <ConfirmDialog
          key={action}
          opened={question === action}
          title={t(`bulk.ask.${action}`, { count })}
          action={t(`asset.${action}`)}
          keep={t(`bulk.keep.${action}`)}
          color={action === 'reencode' ? 'brand' : 'red'}
          onClose={() => setQuestion(undefined)}
          onConfirm={() => act(action)}
        >
          {t(`bulk.means.${action}`)}
        </ConfirmDialog>
      ))}
    </>
  );
}
