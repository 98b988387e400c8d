import type { ActionDefinition, ActionRun } from '../features/action.ts';

/**
 * The first two stages of actions that nobody has to approve: both look whether it can be done, and the first says
 * that it may be.
 */
export function validatedStages<Data>(
  validate: (run: ActionRun<Data>) => Promise<unknown>,
): Pick<ActionDefinition<Data>, 'prepare' | 'approve'> {
  return {
    prepare: async (run) => {
      await validate(run);
      run.approveAutomatically(true);
    },
    approve: async (run) => {
      await validate(run);
    },
  };
}
