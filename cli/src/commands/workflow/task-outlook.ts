import type { TaskDetails } from '@purser/api/native/workflow/task';
import type { Session } from '../../command.ts';
import { refused } from '../../failures.ts';
import { tellUnchanged } from '../../input/dry-run.ts';
import { path } from '../../service/connection.ts';
import type { View } from '../../tables/printing.ts';
import { outlookText } from '../../tables/workflow-views.ts';

/** The next state of a task, and the effects of a decision. */
interface TaskPreview {
  id: string;
  type: string;
  before: TaskDetails['state'];
  after: string;
  outlook: TaskDetails['outlook'];
}

const taskPreviewView: View<TaskPreview> = {
  fields: ['id', 'type', 'before', 'after', 'outlook'],
  columns: [],
  texts: { outlook: outlookText },
};

/**
 * Shows the effects of a decision on a task. Its actions change other systems and cannot be rolled back, so the effects
 * are those that the actions declare.
 */
export async function previewTask(session: Session, id: string, approve: boolean): Promise<void> {
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
    taskPreviewView,
  );
  tellUnchanged(session);
}
