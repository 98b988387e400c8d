import {
  Preview,
  RehearsalRequest,
  type Preview as WirePreview,
} from '@purser/api/native/operations/rehearsal';
import type { FastifyReply, FastifyRequest, LightMyRequestResponse } from 'fastify';
import type { Rehearsed } from '../../../audit/audit.ts';
import { stringifyExact } from '../../../lib/text/json.ts';
import type { RehearsedMail } from '../../../mail/outbox.ts';
import { rehearse as rehearsing } from '../../../storage/rehearsal.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { HttpProblem } from '../frame/problems.ts';

const rehearse = operation(
  {
    id: 'rehearse',
    tag: 'Rehearsals',
    access: 'any',
    summary: 'Run a request as a dry run',
    description:
      'The request runs with your token and is rolled back: nothing changes, no mail is sent and nothing is recorded. ' +
      'Errors are the same as those of the request itself. The description of an operation says whether it supports this.',
    problems: [403, 404, 409],
    answers: { 200: named(Preview) },
  },
  { body: RehearsalRequest },
);

/** Dry runs of requests. */
export function rehearsalRoutes(app: NativeApp): void {
  app.post('/rehearsals', rehearse, async (request, reply) => {
    const { method, path, body } = request.body;
    const url = `${app.prefix}${path}`;
    // A path with `..` could lead outside of this API.
    if (!new URL(url, 'http://localhost').pathname.startsWith(`${app.prefix}/`)) {
      throw new HttpProblem('path_unknown');
    }
    const { result, notes } = await rehearsing(() =>
      app.inject({
        method,
        url,
        headers: { ...whoAsks(request), ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { payload: stringifyExact(body) }),
      }),
    );
    if (result.statusCode >= 300) return refuse(reply, result);
    return previewOf(notes as readonly (Rehearsed | RehearsedMail)[]);
  });
}

function whoAsks({ headers }: FastifyRequest): Record<string, string> {
  const { authorization, 'x-auth-token': token } = headers;
  return {
    ...(authorization !== undefined && { authorization }),
    ...(typeof token === 'string' && { 'x-auth-token': token }),
  };
}

/** The error response that the request itself would have got. */
function refuse(reply: FastifyReply, { statusCode, headers, payload }: LightMyRequestResponse): FastifyReply {
  for (const name of ['content-type', 'retry-after', 'www-authenticate']) {
    if (headers[name] !== undefined) reply.header(name, headers[name]);
  }
  return reply
    .code(statusCode)
    .serializer((text: unknown) => String(text))
    .send(payload);
}

function previewOf(notes: readonly (Rehearsed | RehearsedMail)[]): WirePreview {
  return {
    changes: notes.flatMap((note) => {
      if (!('entry' in note)) return [];
      const { action, subject, before = null, after = null, reason = null } = note.entry;
      return [{ action, subject, before, after, reason }];
    }),
    mails: notes.flatMap((note) =>
      'mail' in note ? [{ to: [...note.mail.to], subject: note.mail.subject }] : [],
    ),
  };
}
