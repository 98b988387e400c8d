import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import type { Requester } from '../../projects/requester.ts';
import { Refusal } from './fault.ts';

/**
 * Makes a project the default of an account; errors have the texts of the wire (projects §8).
 * @param project as the request names it: by uuid or number
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
      // On this wire it is an error of the account's state, not of authentication.
      return new Refusal('not_allowed', 'User account is not active.');
    case 'membership_not_found':
      // A project that the caller may not see cannot be named by its number.
      return /^[0-9]+$/.test(project)
        ? new PurserError('project_not_found', { project })
        : new Refusal('not_found', 'This is not a valid membership request.');
    case 'forbidden':
      return new Refusal('forbidden', 'You do not have the permissions to perform this action.');
    default:
      return error;
  }
}
