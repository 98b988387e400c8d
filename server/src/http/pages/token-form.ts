import { LIMITS } from '../../lib/limits.ts';
import type { JsonObject } from '../../lib/text/json.ts';
import type { TokenExplanation, TokenField } from '../../workflow/tokens/token-explanation.ts';
import { escapeHtml } from '../kernel/html-page.ts';

/** The errors of a form: a message by the name of the input. */
export type FormErrors = Readonly<Record<string, string>>;

/** Names of the inputs for logging in within the form; no field of a token contains a dot. */
export const LOGIN = { email: 'login.email', password: 'login.password' } as const;

/** The input that repeats a secret. */
const repeated = (name: string): string => `${name}.repeat`;

/** The entered values, ready for the domain, or the errors of the form. */
export function readForm(
  { fields, requiresAuthentication }: TokenExplanation,
  form: URLSearchParams,
): { readonly data: JsonObject; readonly errors: FormErrors } {
  const data: JsonObject = {};
  const errors: Record<string, string> = {};
  for (const { name, kind } of fields) {
    const value = form.get(name) ?? '';
    if (value === '')
      errors[name] = kind === 'confirmation' ? 'Tick this box to continue.' : 'Enter a value.';
    if (kind === 'password' && form.has(repeated(name)) && form.get(repeated(name)) !== value) {
      errors[repeated(name)] = 'The two entries are not the same.';
    }
    data[name] = kind === 'confirmation' ? value !== '' : value;
  }
  if (requiresAuthentication) {
    for (const name of Object.values(LOGIN)) if (!form.get(name)) errors[name] = 'Enter a value.';
  }
  return { data, errors };
}

/** The form as markup, with the previous entries except secrets, and with errors. */
export function formMarkup(
  explanation: TokenExplanation,
  { entered, errors = {} }: { entered?: URLSearchParams; errors?: FormErrors } = {},
): string {
  const { fields, requiresAuthentication } = explanation;
  const draw = (input: Input): string =>
    inputMarkup(input, { value: entered?.get(input.name) ?? '', error: errors[input.name] });
  const inputs = fields.flatMap(inputsOf).map(draw);
  if (requiresAuthentication) {
    inputs.push(
      `<fieldset>\n<legend>Log in to continue</legend>\n${LOGIN_INPUTS.map(draw).join('\n')}\n</fieldset>`,
    );
  }
  const known = new Set([...fields.flatMap(inputsOf), ...LOGIN_INPUTS].map(({ name }) => name));
  const wrong = Object.entries(errors);
  const unplaced = wrong.filter(([name]) => !known.has(name)).map(([, text]) => text);
  const sentences = [...(wrong.length > unplaced.length ? [MARKED] : []), ...unplaced].join(' ');
  const summary = wrong.length === 0 ? '' : `<p class="summary" role="alert">${escapeHtml(sentences)}</p>\n`;
  return `${summary}<form method="post" accept-charset="utf-8">
${inputs.join('\n')}
<button type="submit">${fields.every(({ kind }) => kind === 'confirmation') ? 'Confirm' : 'Save'}</button>
</form>`;
}

const MARKED = 'Nothing was changed. Please correct the marked entries.';

interface Input {
  readonly name: string;
  readonly label: string;
  readonly kind: TokenField['kind'];
  readonly hint?: string | undefined;
  readonly autocomplete: string;
  readonly minlength?: number;
}

const LOGIN_INPUTS: readonly Input[] = [
  { name: LOGIN.email, label: 'E-mail address', kind: 'text', autocomplete: 'username' },
  { name: LOGIN.password, label: 'Password', kind: 'password', autocomplete: 'current-password' },
];

function inputsOf({ name, label, kind, hint }: TokenField): Input[] {
  if (kind !== 'password') return [{ name, label, kind, hint, autocomplete: 'off' }];
  const both = { kind, autocomplete: 'new-password' } as const;
  if (name !== 'password') {
    return [
      { ...both, name, label, hint },
      { ...both, name: repeated(name), label: `${label}, again` },
    ];
  }
  const minlength = LIMITS.password_length_min;
  return [
    { ...both, name, label, hint: hint ?? `At least ${minlength} characters.`, minlength },
    { ...both, name: repeated(name), label: `${label}, again`, minlength },
  ];
}

function inputMarkup(input: Input, { value, error }: { value: string; error: string | undefined }): string {
  const { name, label, kind, hint } = input;
  const id = `field-${name}`.replace(/[^\w-]/g, '-');
  const described = [
    ...(hint === undefined ? [] : [{ id: `${id}-hint`, css: 'hint', text: hint }]),
    ...(error === undefined ? [] : [{ id: `${id}-error`, css: 'wrong', text: error }]),
  ];
  const attributes = [
    `id="${id}"`,
    `name="${escapeHtml(name)}"`,
    'required',
    ...(described.length > 0 ? [`aria-describedby="${described.map((one) => one.id).join(' ')}"`] : []),
    ...(error === undefined ? [] : ['aria-invalid="true"']),
  ].join(' ');
  const texts = described.map((one) => `<p class="${one.css}" id="${one.id}">${escapeHtml(one.text)}</p>`);
  const caption = `<label for="${id}">${escapeHtml(label)}</label>`;
  if (kind === 'confirmation') {
    const ticked = value === '' ? '' : ' checked';
    const box = `<input type="checkbox" value="yes" ${attributes}${ticked}>`;
    return `<div class="field"><div class="tick">${box}${caption}</div>${texts.join('')}</div>`;
  }
  return `<div class="field">${caption}${controlMarkup(input, value, attributes)}${texts.join('')}</div>`;
}

function controlMarkup(input: Input, value: string, attributes: string): string {
  const { kind, autocomplete, minlength } = input;
  if (kind === 'long_text') return `<textarea ${attributes}>${escapeHtml(value)}</textarea>`;
  const more = `autocomplete="${autocomplete}"${minlength === undefined ? '' : ` minlength="${minlength}"`}`;
  if (kind === 'password') return `<input type="password" ${attributes} ${more}>`;
  return `<input type="text" ${attributes} ${more} value="${escapeHtml(value)}">`;
}
