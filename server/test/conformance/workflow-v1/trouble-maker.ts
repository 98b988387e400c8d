import type { JsonObject } from '../../../src/lib/text/json.ts';
import type { Stage } from '../../../src/workflow/engine/task.ts';
import type { ActionDefinition, ActionRun } from '../../../src/workflow/features/action.ts';
import type { FeatureSet } from '../../../src/workflow/features/feature-set.ts';

/** As a plug-in's own error would be called. */
class KeyError extends Error {
  override readonly name = 'KeyError';
}

/** A feature set whose action fails, or waits, in the stage that a test says. Its API is `POST /v1/trouble`. */
export class TroubleMaker {
  #fails: { stage: Stage; message: string } | undefined;
  #waits: { stage: Stage; reached: () => void; released: Promise<void> } | undefined;
  /** How often each stage was run to its end. */
  readonly runs: Record<Stage, number> = { prepare: 0, approve: 0, submit: 0 };

  failIn(stage: Stage | undefined, message = ''): void {
    this.#fails = stage && { stage, message };
  }

  /** Holds the next run of a stage; answers how to wait until it is reached, and how to let it go on. */
  holdIn(stage: Stage): { reached: Promise<void>; release: () => void } {
    const reached = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    this.#waits = { stage, reached: reached.resolve, released: released.promise };
    return { reached: reached.promise, release: released.resolve };
  }

  get features(): FeatureSet {
    const run = (stage: Stage) => async (current: ActionRun) => {
      const waits = this.#waits;
      if (waits?.stage === stage) {
        this.#waits = undefined;
        waits.reached();
        await waits.released;
      }
      if (this.#fails?.stage === stage) throw new KeyError(this.#fails.message);
      current.valid = true;
      if (stage === 'approve') {
        current.needToken = true;
        current.tokenFields = ['confirm'];
      }
      this.runs[stage] += 1;
    };
    const trouble: ActionDefinition = {
      name: 'TroubleAction',
      fields: {
        read: (input) =>
          typeof input['text'] === 'string'
            ? { ok: true, data: { text: input['text'] } }
            : { ok: false, errors: { text: ['This field is required.'] } },
      },
      prepare: run('prepare'),
      approve: run('approve'),
      submit: run('submit'),
      email: () => 'trouble@example.org',
    };
    const valid = async (current: ActionRun): Promise<void> => {
      current.valid = true;
    };
    const afterwards: ActionDefinition = {
      name: 'AfterwardsAction',
      fields: { read: () => ({ ok: true, data: {} as JsonObject }) },
      prepare: valid,
      approve: valid,
      submit: valid,
    };
    return {
      name: 'trouble',
      actions: [trouble, afterwards],
      tasks: [{ name: 'make_trouble', actions: ['TroubleAction', 'AfterwardsAction'], duplicates: 'block' }],
      delegateApis: [
        {
          name: 'Trouble',
          path: 'trouble',
          methods: {
            POST: {
              gate: 'none',
              handle: async ({ caller, body }, context) => {
                const task = await context.createTask('make_trouble', caller, body);
                return { status: 202, body: { notes: ['task created'], task: task.uuid } };
              },
            },
          },
        },
      ],
    };
  }
}
