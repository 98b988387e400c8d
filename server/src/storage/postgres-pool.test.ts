import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../test/support/engines.ts';

forEachEngine((engine, open) => {
  if (engine === 'sqlite') return;

  for (const name of ['pool', 'pipelined'] as const) {
    // Without its mend the test waits in vain.
    test(`the process outlives a connection of ${name} that ends inside a transaction`, {
      timeout: 30_000,
    }, async () => {
      const storage = await open();
      if (storage.native.engine !== 'postgres') throw new Error('This test is about PostgreSQL.');
      const client = await storage.native[name].connect();
      // `once` of node:events would listen for errors too, and hide that the pool does not.
      const ended = new Promise((resolve) => client.once('end', resolve));
      await client.query('BEGIN');
      const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
      await storage.native.pool.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
      await ended;
      await assert.rejects(client.query('SELECT 1'));
      client.release(true);
      await storage.ping();
      assert.equal((await storage.native[name].query('SELECT 1 AS one')).rows[0].one, 1);
    });
  }
});
