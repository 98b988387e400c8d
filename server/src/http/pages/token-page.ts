import type { FastifyReply, FastifyRequest } from 'fastify';
import { PasswordLogin } from '../../directory/logins/password-login.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { ANONYMOUS, type Caller } from '../../workflow/engine/caller.ts';
import type { TokenExplanation } from '../../workflow/tokens/token-explanation.ts';
import { bodyBytes, decodeUtf8 } from '../kernel/body.ts';
import { escapeHtml, sendPage } from '../kernel/html-page.ts';
import type { Endpoint, RouteTable } from '../kernel/routes.ts';
import { workflowCaller } from '../kernel/workflow-caller.ts';
import { isForeignForm } from './form-origin.ts';
import { PageRefusal } from './refusals.ts';
import { type FormErrors, formMarkup, LOGIN, readForm } from './token-form.ts';

const FORM = 'application/x-www-form-urlencoded';

/**
 * The page of a link in a mail: `/ui/token/TOKEN`. It describes the purpose of the token and shows a form for the
 * required input; only the button submits the token.
 */
export function tokenPageRoutes(domain: Domain): RouteTable {
  const { settings, workflow } = domain;
  const passwords = new PasswordLogin(domain);
  const service = settings.serviceName;

  const sendForm = (
    reply: FastifyReply,
    status: number,
    explanation: TokenExplanation,
    filled?: { entered: URLSearchParams; errors: FormErrors },
  ): FastifyReply => {
    const { title, text } = explanation.purpose;
    return sendPage(reply, status, {
      service,
      title,
      body: `<p>${escapeHtml(text)}</p>\n${formMarkup(explanation, filled)}`,
    });
  };

  const show: Endpoint = {
    requires: 'public',
    handler: async (request, reply) =>
      sendForm(reply, 200, await workflow.taskReads.explainToken(secretOf(request))),
  };

  // If the token requires authentication, the form asks for the password.
  const submit: Endpoint = {
    requires: 'public',
    before: [
      async (request) => {
        if (isForeignForm(request, settings.baseUrl)) throw new PageRefusal('foreign_form');
      },
    ],
    handler: async (request, reply) => {
      const secret = secretOf(request);
      const explanation = await workflow.taskReads.explainToken(secret);
      const entered = formOf(request);
      const { data, errors } = readForm(explanation, entered);
      if (Object.keys(errors).length > 0) return sendForm(reply, 400, explanation, { entered, errors });
      try {
        const submitter = explanation.requiresAuthentication
          ? await callerFrom(domain, passwords, entered, request)
          : ANONYMOUS;
        const task = await workflow.tasks.submitToken(secret, data, submitter, { address: request.ip });
        return sendPage(reply, task.completed ? 200 : 202, {
          service,
          ...(task.completed ? doneOf(explanation) : UNDER_WAY),
        });
      } catch (error) {
        const wrong = errorsOf(error);
        if (!wrong) throw error;
        return sendForm(
          reply,
          error instanceof PurserError && error.kind === 'unauthenticated' ? 401 : 400,
          explanation,
          {
            entered,
            errors: wrong,
          },
        );
      }
    },
  };

  return [{ path: '/:token', methods: { GET: show, HEAD: show, POST: submit } }];
}

const UNDER_WAY = {
  title: 'Your request is being processed',
  body: '<p>This takes a while. You can close this page; no further action is required.</p>',
};

function doneOf({ purpose }: TokenExplanation) {
  return {
    title: 'Done',
    body: `<p role="status">${escapeHtml(purpose.done)}</p>\n<p>You can close this page.</p>`,
  };
}

function secretOf({ params }: FastifyRequest): string {
  return (params as { token: string }).token;
}

function formOf(request: FastifyRequest): URLSearchParams {
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

/** A login by password has no bounds. */
const NO_BOUNDS = { project: null, scope: null, roles: null, origin: null };

/** The user who fills in the form, by the e-mail address and the password in it. */
async function callerFrom(
  domain: Domain,
  passwords: PasswordLogin,
  form: URLSearchParams,
  { ip }: FastifyRequest,
): Promise<Caller> {
  const reference = form.get(LOGIN.email)?.trim() ?? '';
  const account = await passwords.verify(reference, form.get(LOGIN.password) ?? '', ip);
  if (!account) throw new PurserError('credentials_wrong');
  const grants = await domain.roles.grantsOf(account.uuid);
  return workflowCaller(domain, { account, grants, token: NO_BOUNDS });
}

/** The errors of the entries, by their names; undefined for errors of another kind. */
function errorsOf(error: unknown): FormErrors | undefined {
  if (!(error instanceof PurserError)) return undefined;
  if (error.code === 'workflow_token_fields') {
    const fields = Object.entries(error.data['errors'] as Record<string, readonly string[]>);
    return Object.fromEntries(fields.map(([name, messages]) => [name, messages.join(' ')]));
  }
  if (error.kind === 'unauthenticated') return { [LOGIN.password]: error.message };
  return undefined;
}
