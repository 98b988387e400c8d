import { type Json, parseExact } from '@purser/text/json';
import { LIMITS } from '../limits.ts';

/** JSON with exact integers, as it goes on every wire of the service; written once, with the wire contract. */
export * from '@purser/text/json';

/**
 * Parses what a client has sent: a body, or a JSON text in a query. It may nest less deep than what the service
 * stores, which wraps it. Throws SyntaxError.
 */
export function parseInput(text: string): Json {
  return parseExact(text, LIMITS.json_depth);
}
