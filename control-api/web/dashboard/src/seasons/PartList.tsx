import { Anchor, Badge, Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import { IconPencil, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useOutletContext } from 'react-router';
import { codeOf, messageOf } from '../../../kit/api/problem.ts';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { tellFailed } from '../../../kit/layout/notify.ts';
import { useAsset } from '../api/assets.ts';
import { queryClient } from '../api/server.ts';
import { orderParts, stepTitles, titleKeys, titlesChanged, useParts } from '../api/titles.ts';
import type { CatalogueTitle, TitleKind, TitleStep, TitleSummary } from '../api/types.ts';
import { TitleStateBadge } from '../catalogue/badges.tsx';
import type { ShellContext } from '../layout/shell-context.ts';
import { SortableList } from '../layout/SortableList.tsx';
import { AssetStateBadge } from '../library/StateBadge.tsx';
import { titlePath } from '../paths.ts';
import { Thumb } from '../pictures/Thumb.tsx';
import { stepIcons } from '../title/Steps.tsx';
import { useUploads } from '../uploads/uploads.ts';
import { BulkEditDialog } from './BulkEditDialog.tsx';
import { SeasonUpload } from './SeasonUpload.tsx';
import { AddPartsDialog } from './AddPartsDialog.tsx';

/** The most titles that the API takes one step on in one request. */
const mostAtOnce = 200;
/** What is done to several at once. */
const bulkSteps = ['submit', 'publish', 'withdraw'] as const satisfies readonly TitleStep[];

/** How far the video of a part is; asked for when it is about to be seen. */
function VideoState({ assetId }: { readonly assetId: string | null }) {
  const { t } = useTranslation();
  const { isLive } = useOutletContext<ShellContext>();
  const { ref, entry } = useIntersection({ rootMargin: '200px' });
  const { data } = useAsset(entry?.isIntersecting === true && assetId !== null ? assetId : undefined, isLive);
  return (
    <span ref={ref} style={{ display: 'inline-flex' }}>
      {assetId === null ? (
        <Badge variant="outline" color="gray" tt="none" fw={600}>
          {t('parts.noVideo')}
        </Badge>
      ) : (
        data && <AssetStateBadge state={data.state} />
      )}
    </span>
  );
}

interface Props {
  readonly parent: CatalogueTitle;
  readonly kind: Exclude<TitleKind, 'series' | 'movie'>;
  readonly mayEdit: boolean;
  readonly mayPublish: boolean;
}

/** The parts of one kind of a title: in their order, with what can be done to several of them. */
export function PartList({ parent, kind, mayEdit, mayPublish }: Props) {
  const { t } = useTranslation();
  const { data: parts, error, refetch } = useParts(parent.id, kind, useUploads().entries.length > 0);
  const [chosenIds, setChosenIds] = useState<ReadonlySet<string>>(new Set());
  const [isAdding, setIsAdding] = useState(false);
  const [isEditing, setIsEditing] = useState(false);
  const nameOf = ({ number, name }: TitleSummary) =>
    t('parts.numbered', { kind: t(`titleKinds.${kind}`), number: number ?? 0, name });
  const { account } = useOutletContext<ShellContext>();
  const mayUpload = account.permissions.includes('uploads.create');
  const chosen = parts?.filter(({ id }) => chosenIds.has(id)) ?? [];

  async function order(next: readonly TitleSummary[]) {
    const key = titleKeys.parts(parent.id, kind);
    await queryClient.cancelQueries({ queryKey: key });
    const first = parts?.[0]?.number ?? 1;
    queryClient.setQueryData(
      key,
      next.map((part, index) => ({ ...part, number: first + index })),
    );
    try {
      await orderParts(
        parent.id,
        kind,
        next.map(({ id }) => id),
      );
    } catch (thrown) {
      tellFailed(t('parts.notOrdered'), codeOf(thrown) === 'conflict' ? t('parts.orderChanged') : messageOf(thrown));
    }
    await titlesChanged();
  }

  if (!parts) return <NotLoaded error={error} onAgain={refetch} />;
  return (
    <Stack gap="sm">
      {parts.length === 0 && (
        <Text size="sm" c="dimmed">
          {t(`parts.none.${kind}`)}
        </Text>
      )}
      {parts.length > 1 && (
        <Checkbox
          label={t('parts.chooseAll')}
          checked={chosen.length === parts.length}
          indeterminate={chosen.length > 0 && chosen.length < parts.length}
          onChange={() => setChosenIds(new Set(chosen.length === parts.length ? [] : parts.map(({ id }) => id)))}
        />
      )}
      <SortableList
        label={t(`parts.title.${kind}`)}
        items={parts}
        nameOf={nameOf}
        onOrder={mayEdit && parts.length > 1 ? (next) => void order(next) : undefined}
        data-testid="part"
      >
        {(part) => (
          <Group gap="sm" wrap="nowrap" justify="space-between">
            <Group gap="sm" wrap="nowrap" className="row-words">
              <label className="choose">
                <Checkbox
                  aria-label={t('bulk.choose', { title: nameOf(part) })}
                  checked={chosenIds.has(part.id)}
                  onChange={() => {
                    const next = new Set(chosenIds);
                    if (!next.delete(part.id)) next.add(part.id);
                    setChosenIds(next);
                  }}
                />
              </label>
              <Thumb picture={part.thumbnail} />
              <Anchor component={Link} to={titlePath(part.id)} size="sm" className="plain-link break-anywhere">
                <span className="figures">{part.number}</span> <bdi>{part.name}</bdi>
              </Anchor>
            </Group>
            <Group gap={4} justify="flex-end">
              {kind !== 'season' && <VideoState assetId={part.assetId} />}
              <TitleStateBadge state={part.state} />
            </Group>
          </Group>
        )}
      </SortableList>
      {chosen.length > 0 && (
        <BulkSteps
          chosen={chosen}
          nameOf={nameOf}
          steps={bulkSteps.filter((step) => (step === 'submit' ? mayEdit : mayPublish))}
          onEdit={mayEdit && kind !== 'season' ? () => setIsEditing(true) : undefined}
          onNone={() => setChosenIds(new Set())}
        />
      )}
      <BulkEditDialog
        opened={isEditing}
        titles={chosen.slice(0, mostAtOnce).map(({ id }) => id)}
        language={parent.originalLanguage}
        mayPublish={mayPublish}
        onClose={() => setIsEditing(false)}
      />
      {mayEdit && (
        <Group>
          <Button variant="default" leftSection={<IconPlus size={18} />} onClick={() => setIsAdding(true)}>
            {t(`parts.add.${kind}`)}
          </Button>
          {mayUpload && (kind === 'episode' || (kind === 'season' && parent.kind === 'series')) && (
            <SeasonUpload title={parent} />
          )}
        </Group>
      )}
      <AddPartsDialog
        parent={parent}
        kind={kind}
        next={Math.max(0, ...parts.map(({ number }) => number ?? 0)) + 1}
        opened={isAdding}
        onClose={() => setIsAdding(false)}
      />
    </Stack>
  );
}

interface BulkProps {
  readonly chosen: readonly TitleSummary[];
  readonly nameOf: (part: TitleSummary) => string;
  readonly steps: readonly (typeof bulkSteps)[number][];
  /** Undefined: they are not changed here. */
  readonly onEdit: (() => void) | undefined;
  readonly onNone: () => void;
}

/** Takes several a step on, all of them or none. */
function BulkSteps({ chosen, nameOf, steps, onEdit, onNone }: BulkProps) {
  const { t } = useTranslation();
  const [step, setStep] = useState<(typeof bulkSteps)[number]>();
  const { isBusy, error, submit } = useSubmission(async () => {
    if (!step) return;
    for (let at = 0; at < chosen.length; at += mostAtOnce)
      await stepTitles(
        step,
        chosen.slice(at, at + mostAtOnce).map(({ id }) => id),
      );
    onNone();
  });
  const refused = (error as { readonly extras?: { readonly titleId?: unknown } } | undefined)?.extras?.titleId;
  const which = chosen.find(({ id }) => id === refused);
  return (
    <form onSubmit={submit} className="bulk">
      <Stack
        gap="xs"
        p="sm"
        className="bulk-card"
        role="group"
        aria-label={t('parts.chosenOnes')}
        data-testid="bulk-steps"
      >
        {which && (
          <Text size="sm" fw={600}>
            {nameOf(which)}
          </Text>
        )}
        <FormProblem error={error} />
        <Group justify="space-between" gap="xs">
          <Text size="sm" fw={600} role="status" className="figures">
            {t('parts.chosen', { count: chosen.length })}
          </Text>
          <Group gap="xs">
            {steps.map((each) => {
              const Icon = stepIcons[each];
              return (
                <Button
                  key={each}
                  type="submit"
                  size="compact-sm"
                  variant={each === 'publish' ? 'filled' : 'default'}
                  leftSection={<Icon size={16} />}
                  loading={isBusy && step === each}
                  onClick={() => setStep(each)}
                >
                  {t(`steps.${each}`)}
                </Button>
              );
            })}
            {onEdit && (
              <Button size="compact-sm" variant="default" leftSection={<IconPencil size={16} />} onClick={onEdit}>
                {t('bulkEdit.open')}
              </Button>
            )}
            <Button size="compact-sm" variant="subtle" color="gray" onClick={onNone}>
              {t('bulk.none')}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
