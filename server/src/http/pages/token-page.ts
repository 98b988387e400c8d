import type { FastifyRequest } from 'fastify';
import { PasswordLogin } from '../../directory/logins/password-login.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { ANONYMOUS, type Caller } from '../../workflow/engine/caller.ts';
import type { TokenExplanation } from '../../workflow/tokens/token-explanation.ts';
import { escapeHtml } from '../kernel/html-page.ts';
import type { Endpoint, RouteTable } from '../kernel/routes.ts';
import { workflowCaller } from '../kernel/workflow-caller.ts';
import type { FormErrors } from './forms/form-fields.ts';
import { formMarkup } from './forms/form-markup.ts';
import { entriesOf, ownFormsOnly } from './forms/read-form.ts';
import { type PageContent, paragraph, sendContent } from './frame.ts';
import { LOGIN, readTokenForm, tokenForm } from './token-form.ts';
import { type Visitor, visitorOf } from './visitor.ts';
import type { Words } from './words/en.ts';

/**
 * The page of a link in a mail: `/ui/token/TOKEN`. It describes the purpose of the token and shows a form for the
 * required input; only the button submits the token.
 */
export function tokenPageRoutes(domain: Domain): RouteTable {
  const { settings, workflow } = domain;
  const passwords = new PasswordLogin(domain);

  const show: Endpoint = {
    requires: 'public',
    handler: async (request, reply) => {
      const { words } = await visitorOf(domain, request);
      const explanation = await workflow.taskReads.explainToken(secretOf(request));
      return sendContent(domain, request, reply, formPage(explanation, words));
    },
  };

  // If the token requires authentication, the form asks for the password.
  const submit: Endpoint = {
    requires: 'public',
    before: [ownFormsOnly(settings.baseUrl)],
    handler: async (request, reply) => {
      const secret = secretOf(request);
      const visitor = await visitorOf(domain, request);
      const explanation = await workflow.taskReads.explainToken(secret);
      const entered = entriesOf(request);
      const { data, errors } = readTokenForm(explanation, entered, visitor.words);
      const again = (status: number, wrong: FormErrors) =>
        sendContent(domain, request, reply, {
          ...formPage(explanation, visitor.words, { entered, errors: wrong }),
          status,
        });
      if (Object.keys(errors).length > 0) return again(400, errors);
      try {
        const submitter = explanation.requiresAuthentication
          ? await callerFrom(domain, passwords, entered, request)
          : ANONYMOUS;
        const task = await workflow.tasks.submitToken(secret, data, submitter, { address: request.ip });
        const content = task.completed ? doneOf(explanation, visitor) : underWay(visitor);
        return sendContent(domain, request, reply, { ...content, status: task.completed ? 200 : 202 });
      } catch (error) {
        const wrong = errorsOf(error);
        if (!wrong) throw error;
        return again(error instanceof PurserError && error.kind === 'unauthenticated' ? 401 : 400, wrong);
      }
    },
  };

  return [{ path: '/ui/token/:token', methods: { GET: show, HEAD: show, POST: submit } }];
}

function formPage(
  explanation: TokenExplanation,
  words: Words,
  filled?: { entered: URLSearchParams; errors: FormErrors },
): PageContent {
  const { title, text } = explanation.purpose;
  return { title, body: `${paragraph(text)}\n${formMarkup(tokenForm(explanation, words), filled)}` };
}

const underWay = ({ words }: Visitor): PageContent => ({
  title: words.token.underWayTitle,
  body: paragraph(words.token.underWay),
});

function doneOf({ purpose }: TokenExplanation, { words }: Visitor): PageContent {
  return {
    title: words.token.doneTitle,
    body: `<p role="status">${escapeHtml(purpose.done)}</p>\n${paragraph(words.common.close)}`,
  };
}

function secretOf({ params }: FastifyRequest): string {
  return (params as { token: string }).token;
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
