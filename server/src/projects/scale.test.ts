import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../test/support/engines.ts';
import { measureProjects } from '../../test/support/scale/project-scale.ts';

/** Statements that reading, or changing, anything may take, however much there is. */
const MOST = 25;

forEachEngine((_engine, open) => {
  test('what is done to projects takes as many statements in a small cloud as in a large one', async () => {
    const counts = async (rows: number) => {
      const storage = await open();
      const figures = await measureProjects(storage, { rows, repeats: 2 });
      return Object.fromEntries(figures.map(({ name, statements }) => [name, statements]));
    };
    // Enough rows for several pages, and for all users who join and are enrolled.
    const [small, large] = [await counts(1100), await counts(3000)];
    assert.deepEqual(large, small);
    for (const [name, statements] of Object.entries(large)) {
      assert.ok(statements > 0 && statements <= MOST, `${name}: ${statements} statements`);
    }
  });
});
