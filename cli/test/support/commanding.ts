import assert from 'node:assert/strict';
import { parseExact } from '@purser/text/json';
import { type Cloud, startCloud } from '../../../server/test/conformance/account-v1/cloud.ts';
import type { OpenStorage } from '../../../server/test/support/engines.ts';
import { purserHere, type Run } from './running.ts';

/** A cloud with the command before it. */
export interface Commanding extends Cloud {
  /** Runs the command; as the operator, unless another token is given. */
  run(args: readonly string[], token?: string): Promise<Run>;
  /** Runs a command that must succeed; answers its output, integers exact. */
  // biome-ignore lint/suspicious/noExplicitAny: assertions reach into answers of every shape
  json(args: readonly string[], token?: string): Promise<any>;
}

export async function startCommanding(open: OpenStorage): Promise<Commanding> {
  const cloud = await startCloud(open);
  const run: Commanding['run'] = (args, token = cloud.purser.adminToken) =>
    purserHere(args, { env: { PURSER_URL: cloud.purser.url, PURSER_TOKEN: token } });
  return {
    ...cloud,
    run,
    json: async (args, token) => {
      const { code, stdout, stderr } = await run([...args, '--output', 'json'], token);
      assert.equal(code, 0, stderr);
      return parseExact(stdout);
    },
  };
}
