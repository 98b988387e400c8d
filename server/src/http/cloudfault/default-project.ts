import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import type { Requester } from '../../projects/requester.ts';
import { Refusal } from './fault.ts';

/**
 * Makes a project the default of an account, and refuses in the words that the wire has for it (projects §8).
 * @param project as it is named in the request: by its uuid, or by its number
 */
export async function setDefaultProject(
  { projects }: Domain,
  account: string,
  project: string,
  by: Requester,
): Promise<void> {
  try {
    await projects.setDefault(account, project, by);
  } catch (error) {
    throw error instanceof PurserError ? inWordsOfTheWire(error, project) : error;
  }
}

function inWordsOfTheWire(error: PurserError, project: string): Error {
  switch (error.code) {
    case 'account_inactive':
      // A state like others here, and no lack of authentication.
      return new Refusal('not_allowed', 'User account is not active.');
    case 'membership_not_found':
      // To strangers the number of a project names none.
      return /^[0-9]+$/.test(project)
        ? new PurserError('project_not_found', { project })
        : new Refusal('not_found', 'This is not a valid membership request.');
    case 'forbidden':
      return new Refusal('forbidden', 'You do not have the permissions to perform this action.');
    default:
      return error;
  }
}
