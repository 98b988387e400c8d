import type { FastifyReply, FastifyRequest } from 'fastify';
import { asciiJson } from '../cloudfault/ascii-json.ts';
import { badRequest } from '../cloudfault/fault.ts';
import { lastValue } from '../kernel/bearer.ts';

/** A JavaScript name, or names joined by dots; no other expression (web §3.1). */
const CALLBACK = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*$/;
const CALLBACK_LENGTH_MAX = 100;

/**
 * Sends a feed of the cloud bar: JSON, or a call of the function in the query parameter `callback`
 * (web §3.1).
 */
export function sendFeed(request: FastifyRequest, reply: FastifyReply, feed: object): FastifyReply {
  const callback = lastValue((request.query as Record<string, unknown>)['callback']);
  const json = asciiJson(JSON.stringify(feed));
  // Bytes, because Fastify would add a charset to the type of a text, and the bar's old scripts compare it.
  if (!callback) return reply.header('content-type', 'application/json').send(Buffer.from(json));
  if (callback.length > CALLBACK_LENGTH_MAX || !CALLBACK.test(callback)) {
    throw badRequest('Invalid callback');
  }
  return reply.header('content-type', 'application/javascript').send(Buffer.from(`${callback}(${json})`));
}
