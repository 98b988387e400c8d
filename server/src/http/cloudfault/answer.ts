import type { FastifyReply, FastifyRequest } from 'fastify';
import { stringifyExact } from '../../lib/text/json.ts';
import { asciiJson } from './ascii-json.ts';
import type { Fault } from './fault.ts';
import { wantsXml } from './negotiation.ts';
import { element, escapeXml, IDENTITY_NAMESPACE, XML_DECLARATION } from './xml.ts';

export const JSON_TYPE = 'application/json; charset=UTF-8';
export const XML_TYPE = 'application/xml; charset=UTF-8';

/** Sends a value as JSON with exact integers. For calls without an XML form. */
export function sendJson(reply: FastifyReply, value: unknown, status = 200): FastifyReply {
  return sendJsonText(reply, asciiJson(stringifyExact(value)), status);
}

/** Sends a JSON text that is complete and already in ASCII (`asciiJson`). */
export function sendJsonText(reply: FastifyReply, text: string, status = 200): FastifyReply {
  return reply.code(status).header('content-type', JSON_TYPE).send(text);
}

/** Sends a complete XML document. */
export function sendXmlText(reply: FastifyReply, text: string, status = 200): FastifyReply {
  return reply.code(status).header('content-type', XML_TYPE).send(text);
}

/** Sends an empty body, with a Content-Type as the wire requires (account-v1 §2.3). */
export function sendEmpty(request: FastifyRequest, reply: FastifyReply, status = 200): FastifyReply {
  return wantsXml(request) ? sendXmlText(reply, '', status) : sendJsonText(reply, '', status);
}

/** Sends a fault in the negotiated format. */
export function sendFault(
  request: FastifyRequest,
  reply: FastifyReply,
  fault: Fault,
  xml = wantsXml(request),
): FastifyReply {
  if (fault.code === 503) reply.header('retry-after', '1');
  // If the state forbids an action, no other method is allowed either (account-v1 §2.4).
  if (fault.code === 405 && !reply.hasHeader('allow')) reply.header('allow', '');
  return xml
    ? sendXmlText(reply, faultXml(fault), fault.code)
    : sendJson(reply, faultJson(fault), fault.code);
}

/** A fault as a JSON value: `{"<name>": {code, message, details}}`, or with `data` instead of `details`. */
export function faultJson({ name, code, message, data }: Fault): object {
  return { [name]: data ? { code, message, data } : { code, message, details: '' } };
}

function faultXml({ name, code, message, data }: Fault): string {
  const details = data ? stringifyExact(data) : '';
  const content = element('message', {}, escapeXml(message)) + element('details', {}, escapeXml(details));
  return XML_DECLARATION + element(name, { xmlns: IDENTITY_NAMESPACE, code }, content);
}
