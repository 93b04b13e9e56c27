import {
  closestCenter,
  DndContext,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
  type UniqueIdentifier,
} from '@dnd-kit/core';
import {
  arrayMove,
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from '@dnd-kit/sortable';
import { CSS } from '@dnd-kit/utilities';
import { ActionIcon } from '@mantine/core';
import { IconGripVertical } from '@tabler/icons-react';
import { useState, type ReactNode, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useVirtualRows } from './use-virtual-rows.ts';

interface Item {
  readonly id: string;
}

interface Props<T extends Item> {
  readonly label: string;
  readonly items: readonly T[];
  readonly nameOf: (item: T) => string;
  /** Undefined: the order stays as it is. */
  readonly onOrder: ((items: readonly T[]) => void) | undefined;
  /** What stands beside the handle of an item. */
  readonly children: (item: T) => ReactNode;
  readonly 'data-testid'?: string;
}

interface RowProps {
  readonly id: string;
  readonly name: string;
  readonly isFixed: boolean;
  readonly children: ReactNode;
  readonly testId: string | undefined;
  /** Of a long list, of which only some are on the page. */
  readonly place?: {
    readonly index: number;
    readonly count: number;
    /** Height in pixels of what is left out above it. */
    readonly above: number;
    readonly measure: (element: HTMLElement | null) => void;
  };
}

function Row({ id, name, isFixed, children, testId, place }: RowProps) {
  const { t } = useTranslation();
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({
    id,
    disabled: isFixed,
    attributes: { roleDescription: t('sorting.item') },
  });
  return (
    <li
      ref={(element) => {
        setNodeRef(element);
        place?.measure(element);
      }}
      className="row sortable"
      data-testid={testId}
      data-item={id}
      {...(isDragging && { 'data-dragging': true })}
      {...(place && { 'data-index': place.index, 'aria-setsize': place.count, 'aria-posinset': place.index + 1 })}
      style={{
        transform: CSS.Translate.toString(transform),
        transition,
        ...(place && { marginBlockStart: place.above }),
      }}
    >
      {!isFixed && (
        <ActionIcon
          ref={setActivatorNodeRef}
          variant="subtle"
          color="gray"
          size="lg"
          className="sortable-handle"
          {...attributes}
          {...listeners}
          aria-label={t('sorting.move', { name })}
        >
          <IconGripVertical size={18} />
        </ActionIcon>
      )}
      <div className="row-words">{children}</div>
    </li>
  );
}

interface RowsProps<T extends Item> extends Props<T> {
  /** The one that is being moved. */
  readonly moved: string | undefined;
}

function rowOf<T extends Item>({ nameOf, onOrder, children, ...rest }: RowsProps<T>, item: T) {
  return {
    id: item.id,
    name: nameOf(item),
    isFixed: onOrder === undefined,
    testId: rest['data-testid'],
    children: children(item),
  };
}

function AllRows<T extends Item>(props: RowsProps<T>) {
  return (
    <ul className="rows" aria-label={props.label}>
      {props.items.map((item) => (
        <Row key={item.id} {...rowOf(props, item)} />
      ))}
    </ul>
  );
}

/** Of a long list those that are about to be seen, and the one that is being moved. */
function SeenRows<T extends Item>(props: RowsProps<T>) {
  const { items, label, moved } = props;
  const movedAt = items.findIndex(({ id }) => id === moved);
  const { rows, below, holder, measure } = useVirtualRows({
    count: items.length,
    keyAt: (index) => items[index]?.id ?? String(index),
    height: 77,
    kept: movedAt === -1 ? undefined : movedAt,
  });
  return (
    <ul
      className="rows"
      style={{ paddingBlockEnd: below }}
      aria-label={label}
      {...holder}
      ref={holder.ref as RefObject<HTMLUListElement | null>}
    >
      {rows.map(({ index, key, above }) => {
        const item = items[index];
        return item && <Row key={key} {...rowOf(props, item)} place={{ index, count: items.length, above, measure }} />;
      })}
    </ul>
  );
}

/** So many are on the page at once, where searching in it finds all of them; of more only those in sight. */
const mostAtOnce = 100;

/** Things in an order that is changed by hand: with a mouse, a finger or the keyboard. */
export function SortableList<T extends Item>(props: Props<T>) {
  const { items, nameOf, onOrder } = props;
  const { t } = useTranslation();
  const sensors = useSensors(
    // A press is none of a drag before it moves.
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const ids = items.map(({ id }) => id);
  const said = (id: UniqueIdentifier) => {
    const item = items.find((each) => each.id === id);
    return item ? nameOf(item) : '';
  };
  const place = (id: UniqueIdentifier) => ids.indexOf(String(id)) + 1;
  const count = items.length;
  const [moved, setMoved] = useState<string>();
  const Rows = count > mostAtOnce ? SeenRows : AllRows;
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      accessibility={{
        screenReaderInstructions: { draggable: t('sorting.how') },
        announcements: {
          onDragStart: ({ active }) => t('sorting.taken', { name: said(active.id) }),
          onDragOver: ({ active, over }) =>
            over ? t('sorting.over', { name: said(active.id), place: place(over.id), count }) : undefined,
          onDragEnd: ({ active, over }) =>
            t('sorting.put', { name: said(active.id), place: place(over?.id ?? active.id), count }),
          onDragCancel: ({ active }) => t('sorting.givenUp', { name: said(active.id) }),
        },
      }}
      onDragStart={({ active }) => setMoved(String(active.id))}
      onDragCancel={() => setMoved(undefined)}
      onDragEnd={({ active, over }) => {
        setMoved(undefined);
        if (over && over.id !== active.id)
          onOrder?.(arrayMove([...items], ids.indexOf(String(active.id)), ids.indexOf(String(over.id))));
      }}
    >
      <SortableContext items={ids} strategy={verticalListSortingStrategy}>
        <Rows {...props} moved={moved} />
      </SortableContext>
    </DndContext>
  );
}
