import assert from 'node:assert/strict';
import type { Ingredients } from '../../../../src/compose/app.ts';
import type { JsonObject } from '../../../../src/lib/text/json.ts';
import type { OpenStorage } from '../../../support/engines.ts';
import { type Cloud, provisionsOf, startCloud, VISIBLE } from '../../account-v1/cloud.ts';
import { type Answer, type Ask, asker } from '../asking.ts';

/** A cloud with functions for requests of its components and its operator. */
export interface IssuingCloud extends Cloud {
  /** As the component, as another component, as the operator, and as the user. */
  readonly ask: Ask;
  readonly askOther: Ask;
  readonly operator: Ask;
  readonly self: Ask;
  /** Provisions on the user's system project, member and pool alike. */
  provisions(charges?: Record<string, number | bigint>): JsonObject[];
  /** Issues a commission that must succeed; returns its serial. */
  serial(extra?: object): Promise<number>;
  /** Sends a body with headers. */
  send(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export async function startIssuing(open: OpenStorage, ingredients: Ingredients = {}): Promise<IssuingCloud> {
  const cloud = await startCloud(open, {}, ingredients);
  const { purser, service, otherService, user } = cloud;
  const ask = asker(purser, service);
  const provisions = (charges: Record<string, number | bigint> = { [VISIBLE]: 1 }) =>
    provisionsOf(user.uuid, charges) as JsonObject[];
  return {
    ...cloud,
    ask,
    askOther: asker(purser, otherService),
    operator: asker(purser),
    self: asker(purser, user.token),
    provisions,
    serial: async (extra = {}) => {
      const answer = await ask('POST', '/commissions', { provisions: provisions(), ...extra });
      assert.equal(answer.status, 201, JSON.stringify(answer.body));
      return Number(answer.body['serial']);
    },
    send: (path, body, headers = {}) => asker(purser, service, headers)('POST', path, body),
  };
}
