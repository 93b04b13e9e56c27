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
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

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
}

function Row({ id, name, isFixed, children, testId }: RowProps) {
  const { t } = useTranslation();
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({
    id,
    disabled: isFixed,
    attributes: { roleDescription: t('sorting.item') },
  });
  return (
    <li
      ref={setNodeRef}
      className="row sortable"
      data-testid={testId}
      data-item={id}
      {...(isDragging && { 'data-dragging': true })}
      style={{ transform: CSS.Translate.toString(transform), transition }}
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

/** Things in an order that is changed by hand: with a mouse, a finger or the keyboard. */
export function SortableList<T extends Item>({ label, items, nameOf, onOrder, children, ...rest }: Props<T>) {
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
      onDragEnd={({ active, over }) => {
        if (over && over.id !== active.id)
          onOrder?.(arrayMove([...items], ids.indexOf(String(active.id)), ids.indexOf(String(over.id))));
      }}
    >
      <SortableContext items={ids} strategy={verticalListSortingStrategy}>
        <ul className="rows" aria-label={label}>
          {items.map((item) => (
            <Row
              key={item.id}
              id={item.id}
              name={nameOf(item)}
              isFixed={onOrder === undefined}
              testId={rest['data-testid']}
            >
              {children(item)}
            </Row>
          ))}
        </ul>
      </SortableContext>
    </DndContext>
  );
}
