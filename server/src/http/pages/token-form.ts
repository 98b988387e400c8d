import { LIMITS } from '../../lib/limits.ts';
import type { JsonObject } from '../../lib/text/json.ts';
import type { TokenExplanation, TokenField } from '../../workflow/tokens/token-explanation.ts';
import type { FormErrors, FormField } from './forms/form-fields.ts';
import type { Form } from './forms/form-markup.ts';
import type { Words } from './words/en.ts';

/** Names of the inputs for logging in within the form; no field of a token contains a dot. */
export const LOGIN = { email: 'login.email', password: 'login.password' } as const;

/** The input that repeats a secret. */
const repeated = (name: string): string => `${name}.repeat`;

/** The entered values, ready for the domain, or the errors of the form. */
export function readTokenForm(
  { fields, requiresAuthentication }: TokenExplanation,
  form: URLSearchParams,
  { common }: Words,
): { readonly data: JsonObject; readonly errors: FormErrors } {
  const data: JsonObject = {};
  const errors: Record<string, string> = {};
  for (const { name, kind } of fields) {
    const value = form.get(name) ?? '';
    if (value === '') errors[name] = kind === 'confirmation' ? common.tick : common.required;
    if (kind === 'password' && form.has(repeated(name)) && form.get(repeated(name)) !== value) {
      errors[repeated(name)] = common.different;
    }
    data[name] = kind === 'confirmation' ? value !== '' : value;
  }
  if (requiresAuthentication) {
    for (const name of Object.values(LOGIN)) if (!form.get(name)) errors[name] = common.required;
  }
  return { data, errors };
}

/** The form for the fields that a token requires, and for the login where the token requires one. */
export function tokenForm({ fields, requiresAuthentication }: TokenExplanation, words: Words): Form {
  const { common, token } = words;
  return {
    fields: fields.flatMap((field) => inputsOf(field, words)),
    ...(requiresAuthentication && {
      section: {
        title: token.signInToContinue,
        fields: [
          { name: LOGIN.email, label: token.email, kind: 'text', autocomplete: 'username' },
          {
            name: LOGIN.password,
            label: token.password,
            kind: 'password',
            autocomplete: 'current-password',
          },
        ],
      },
    }),
    button: fields.every(({ kind }) => kind === 'confirmation') ? common.confirm : common.save,
    correct: common.correct,
  };
}

function inputsOf({ name, label, kind, hint }: TokenField, { common }: Words): FormField[] {
  if (kind !== 'password') return [{ name, label, kind, hint, autocomplete: 'off' }];
  const minlength = LIMITS.password_length_min;
  const both = {
    kind,
    autocomplete: 'new-password',
    ...(name === 'password' && { minlength }),
  } as const;
  const about = hint ?? (name === 'password' ? common.passwordHint(minlength) : undefined);
  return [
    { ...both, name, label, hint: about },
    { ...both, name: repeated(name), label: common.again(label) },
  ];
}
