import type { Settings } from '../config/settings.ts';
import { SERVICE_MAILS, type ServiceMails, Templates } from '../mail/templates.ts';
import { PROJECT_MAILS, type ProjectMails } from '../projects/mails/project-mails.ts';

/**
 * What all parts of the service write, and what an operator has put in its place. Throws an Error with a sentence if
 * one of the operator's templates cannot be used.
 * @param onError hears of a template of the operator's that fails with real data
 */
export function openTemplates(
  { mailTemplates }: Pick<Settings, 'mailTemplates'>,
  onError: (error: unknown) => void,
): Templates<ServiceMails & ProjectMails> {
  return new Templates<ServiceMails & ProjectMails>(
    { ...SERVICE_MAILS, ...PROJECT_MAILS },
    { folder: mailTemplates, onError },
  );
}
