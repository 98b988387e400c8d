import type { FastifyRequest } from 'fastify';
import { bodyBytes, decodeUtf8 } from '../../kernel/body.ts';
import { originOf } from '../../kernel/request-origin.ts';
import { PageRefusal } from '../refusals.ts';

const FORM = 'application/x-www-form-urlencoded';

/** The entries of a sent form. Throws `PageRefusal` for a body that no form of these pages can have. */
export function entriesOf(request: FastifyRequest): URLSearchParams {
  const type = request.contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== FORM) throw new PageRefusal('not_a_form');
  const text = decodeUtf8(bodyBytes(request));
  if (text === undefined) throw new PageRefusal('not_a_form');
  const form = new URLSearchParams(text);
  const names = [...form.keys()];
  // No form of ours repeats a field; which of two values is meant cannot be known.
  if (new Set(names).size < names.length) throw new PageRefusal('repeated_field');
  return form;
}

/** A hook for routes that receive forms: refuses those that a page of another site has sent. */
export const ownFormsOnly =
  (baseUrl: string) =>
  async (request: FastifyRequest): Promise<void> => {
    if (originOf(request, baseUrl) === 'foreign') throw new PageRefusal('foreign_form');
  };
