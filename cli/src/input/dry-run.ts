import type { Preview, RehearsalRequest } from '@purser/api/native/operations/rehearsal';
import { isObject } from '@purser/text/json';
import { UNLIMITED } from '@purser/text/quantity';
import type { Command } from 'commander';
import type { Printer, Session } from '../command.ts';
import { type View, valueText } from '../tables/printing.ts';

/** One field that would change. */
interface PreviewLine {
  /** What would be done, as the audit record calls it. */
  action: string;
  subject: string;
  field: string | null;
  before: unknown;
  after: unknown;
}

const previewView: View<PreviewLine> = {
  fields: ['action', 'subject', 'field', 'before', 'after'],
  columns: ['action', 'subject', 'field', 'before', 'after'],
  texts: { before: limitText, after: limitText },
};

/** The largest limit by the name that people know. */
function limitText(value: unknown): string {
  return value === UNLIMITED ? 'unlimited' : valueText(value);
}

export const DRY_RUN = ['--dry-run', 'show what would change, and change nothing'] as const;

/** Adds `--dry-run`. */
export function withDryRun(command: Command): Command {
  return command.option(...DRY_RUN);
}

/**
 * Prints the effects of a change, before and after. The service makes the change and rolls it back, so a change that would
 * be refused is refused here.
 */
export async function preview(session: Session, request: RehearsalRequest): Promise<void> {
  const { changes, mails } = await session.connection.post<Preview>(
    '/rehearsals',
    request,
    REHEARSAL_TIMEOUT_MS,
  );
  session.list(
    changes.flatMap(({ action, subject, before, after }) =>
      linesOf(before, after).map((line) => ({ action, subject, ...line })),
    ),
    previewView,
  );
  for (const { to, subject } of mails) session.tell(`A mail would go to ${to.join(', ')}: ${subject}`);
  tellUnchanged(session);
}

/** As many projects as there are users can be changed in one go. */
const REHEARSAL_TIMEOUT_MS = 3_600_000;

/** The last line of every dry run. */
export function tellUnchanged({ tell }: Pick<Printer, 'tell'>): void {
  tell('Nothing was changed.');
}

/** The fields that differ; one line without a field where nothing is said of any. */
export function linesOf(before: unknown, after: unknown): Omit<PreviewLine, 'action' | 'subject'>[] {
  const [was, will] = [fieldsOf(before), fieldsOf(after)];
  const names = [...new Set([...was.keys(), ...will.keys()])];
  const lines = names
    .map((field) => ({ field, before: was.get(field) ?? null, after: will.get(field) ?? null }))
    .filter((line) => !sameValue(line.before, line.after));
  return lines.length > 0 ? lines : [{ field: null, before: null, after: null }];
}

/** The values inside of objects by their paths, for example `resources.cyclades.vm.project_capacity`. */
function fieldsOf(value: unknown, prefix = ''): Map<string, unknown> {
  if (!isObject(value)) return new Map(value === null ? [] : [[prefix, value]]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [
      ...fieldsOf(inner, prefix === '' ? key : `${prefix}.${key}`),
    ]),
  );
}

/** A secret that is not shown differs before and after. */
function sameValue(before: unknown, after: unknown): boolean {
  if (before === 'not shown') return false;
  return String(JSON.stringify(before, exact)) === String(JSON.stringify(after, exact));
}

const exact = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value);
