import { escapeHtml } from '../../kernel/html-page.ts';

/** The errors of a form: a message by the name of the field. A name without a field belongs to the form as a whole. */
export type FormErrors = Readonly<Record<string, string>>;

/** A field of a form. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'email' | 'password' | 'long_text' | 'confirmation' | 'code' | 'choice';
  readonly hint?: string | undefined;
  /** The value of the HTML attribute of that name. */
  readonly autocomplete?: string;
  readonly minlength?: number;
  readonly optional?: boolean;
  /** The page opens with the cursor in this field. */
  readonly focus?: boolean;
  /** The initial entry. */
  readonly value?: string;
  /** Shown, but not changed by the user. */
  readonly locked?: boolean;
  /** Of a choice: the values, with their names. */
  readonly choices?: Readonly<Record<string, string>>;
}

/** A field as markup. Secrets are never repeated. */
export function fieldMarkup(
  field: FormField,
  entered: string | undefined,
  error: string | undefined,
): string {
  const { name, label, kind, hint } = field;
  const id = `field-${name}`.replace(/[^\w-]/g, '-');
  const described = [
    ...(hint === undefined ? [] : [{ id: `${id}-hint`, css: 'hint', text: hint }]),
    ...(error === undefined ? [] : [{ id: `${id}-error`, css: 'wrong', text: error }]),
  ];
  const attributes = [
    `id="${id}"`,
    `name="${escapeHtml(name)}"`,
    ...(field.optional ? [] : ['required']),
    ...(field.locked ? ['readonly'] : []),
    ...(field.focus ? ['autofocus'] : []),
    ...(described.length > 0 ? [`aria-describedby="${described.map((one) => one.id).join(' ')}"`] : []),
    ...(error === undefined ? [] : ['aria-invalid="true"']),
  ].join(' ');
  const texts = described.map((one) => `<p class="${one.css}" id="${one.id}">${escapeHtml(one.text)}</p>`);
  const caption = `<label for="${id}">${escapeHtml(label)}</label>`;
  const value = entered ?? field.value ?? '';
  if (kind === 'confirmation') {
    const ticked = value === '' ? '' : ' checked';
    const box = `<input type="checkbox" value="yes" ${attributes}${ticked}>`;
    return `<div class="field"><div class="tick">${box}${caption}</div>${texts.join('')}</div>`;
  }
  return `<div class="field">${caption}${controlMarkup(field, value, attributes)}${texts.join('')}</div>`;
}

function controlMarkup(field: FormField, value: string, attributes: string): string {
  const { kind, autocomplete, minlength, choices = {} } = field;
  if (kind === 'long_text') return `<textarea ${attributes}>${escapeHtml(value)}</textarea>`;
  if (kind === 'choice') {
    const options = Object.entries(choices).map(
      ([one, name]) =>
        `<option value="${escapeHtml(one)}"${one === value ? ' selected' : ''}>${escapeHtml(name)}</option>`,
    );
    return `<select ${attributes}>${options.join('')}</select>`;
  }
  const more = [
    ...(autocomplete === undefined ? [] : [`autocomplete="${autocomplete}"`]),
    ...(minlength === undefined ? [] : [`minlength="${minlength}"`]),
    ...(kind === 'code' ? ['inputmode="numeric"', 'spellcheck="false"'] : []),
  ].join(' ');
  if (kind === 'password') return `<input type="password" ${attributes} ${more}>`;
  const type = kind === 'email' ? 'email' : 'text';
  return `<input type="${type}" ${attributes} ${more} value="${escapeHtml(value)}">`;
}
