import type { DelegateAnswer, DelegateQuestion } from '@purser/api/native/workflow/delegate';
import type { Session } from '../command.ts';
import { path } from '../service/connection.ts';

/** Asks one of the APIs by which people ask for tasks, and answers what it said, in the words of the workflow. */
export function ask(
  { connection }: Pick<Session, 'connection'>,
  delegate: string,
  question: DelegateQuestion,
): Promise<DelegateAnswer> {
  return connection.post<DelegateAnswer>(path`/delegates/${delegate}`, question);
}

/** What was said of a task that was asked for. */
interface TaskMade {
  notes?: string[];
  task?: string;
}

/** Requests a task and reports its state. */
export async function askForTask(
  session: Session,
  delegate: string,
  question: DelegateQuestion,
): Promise<void> {
  const { answer, replaced } = await ask(session, delegate, question);
  const { notes = [], task } = (typeof answer === 'string' ? { notes: [answer] } : answer) as TaskMade;
  session.done({ task: task ?? null, notes, replaced });
  for (const note of notes)
    session.tell(note.endsWith('.') || note.endsWith('!') ? note : `${sentence(note)}.`);
  for (const uuid of replaced) session.tell(`It replaces task ${uuid}, which was open and is cancelled.`);
  if (task !== undefined) session.tell(`'purser task show ${task}' shows its state.`);
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
