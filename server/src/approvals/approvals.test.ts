import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countStatements } from '../../test/support/counted-statements.ts';
import { forEachEngine } from '../../test/support/engines.ts';
import { OPERATOR, projectsOver } from '../../test/support/projects-parts.ts';
import { ADA, workflowOver } from '../../test/support/workflow-parts.ts';
import { Approvals } from './approvals.ts';

forEachEngine((_engine, open) => {
  test('a page of what waits takes the same number of statements however much waits', async () => {
    const { storage, take } = countStatements(await open());
    const { applications, accounts, ledger } = await projectsOver(storage);
    const workflow = workflowOver(storage);
    const approvals = new Approvals({ applications, workflow, accounts });
    const more = async (from: number, to: number) => {
      for (let number = from; number < to; number += 1) {
        const endDate = Date.UTC(2099, 0, 1);
        await applications.apply(OPERATOR, { name: `p${number}.example.org`, endDate });
        await workflow.tasks.create('block', ADA, { what: `thing ${number}` });
      }
    };
    const read = async () => {
      take();
      const found = await approvals.list({ order: 'newest', limit: 100 });
      return { entries: found.length, statements: take() };
    };
    await more(0, 2);
    const few = await read();
    await more(2, 12);
    const many = await read();
    assert.deepEqual([few.entries, many.entries], [4, 24]);
    assert.equal(many.statements, few.statements);
    assert.ok(few.statements <= 8, `${few.statements} statements`);
    await ledger.close();
  });
});
