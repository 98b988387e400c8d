import type { TaskDetails } from '@purser/api/native/workflow/task';
import type { Session } from '../../command.ts';
import { refused } from '../../failures.ts';
import { tellUnchanged } from '../../input/dry-run.ts';
import { path } from '../../service/connection.ts';
import type { View } from '../../tables/printing.ts';
import { outlookText } from '../../tables/workflow-views.ts';

/** What becomes of a task, and what it would bring about. */
interface TaskForetold {
  id: string;
  type: string;
  before: TaskDetails['state'];
  after: string;
  outlook: TaskDetails['outlook'];
}

const foretoldTaskView: View<TaskForetold> = {
  fields: ['id', 'type', 'before', 'after', 'outlook'],
  columns: [],
  texts: { outlook: outlookText },
};

/**
 * Shows what deciding on a task would bring about. Its actions work on other systems and cannot be undone, so this goes
 * by what they say of themselves.
 */
export async function foretellTask(session: Session, id: string, approve: boolean): Promise<void> {
  const task = await session.connection.get<TaskDetails>(path`/tasks/${id}`);
  const { type, state, outlook, valid, reasons } = task;
  const over = state === 'completed' || state === 'cancelled';
  if (over || (approve && !valid)) {
    throw refused(over ? `The task is ${state}.` : `The task is not valid: ${reasons.join(' ')}`);
  }
  const nothing = { projects: [], users: [], limits: [] };
  session.item(
    {
      id,
      type,
      before: state,
      after: approve ? 'approved' : 'cancelled',
      outlook: approve ? outlook : nothing,
    },
    foretoldTaskView,
  );
  tellUnchanged(session);
}
