import { escapeHtml } from '../../kernel/html-page.ts';

/** The errors of a form: a message by the name of the field. A name without a field belongs to the form as a whole. */
export type FormErrors = Readonly<Record<string, string>>;

/** A field of a form. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'email' | 'password' | 'long_text' | 'confirmation' | 'code';
  readonly hint?: string | undefined;
  /** The value of the HTML attribute of that name. */
  readonly autocomplete?: string;
  readonly minlength?: number;
  readonly optional?: boolean;
  /** The page opens with the cursor in this field. */
  readonly focus?: boolean;
}

/** A field as markup. Secrets are never repeated. */
export function fieldMarkup(field: FormField, value: string, error: string | undefined): string {
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
    ...(field.focus ? ['autofocus'] : []),
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
  return `<div class="field">${caption}${controlMarkup(field, value, attributes)}${texts.join('')}</div>`;
}

function controlMarkup(field: FormField, value: string, attributes: string): string {
  const { kind, autocomplete, minlength } = field;
  if (kind === 'long_text') return `<textarea ${attributes}>${escapeHtml(value)}</textarea>`;
  const more = [
    ...(autocomplete === undefined ? [] : [`autocomplete="${autocomplete}"`]),
    ...(minlength === undefined ? [] : [`minlength="${minlength}"`]),
    ...(kind === 'code' ? ['inputmode="numeric"', 'spellcheck="false"'] : []),
  ].join(' ');
  if (kind === 'password') return `<input type="password" ${attributes} ${more}>`;
  const type = kind === 'email' ? 'email' : 'text';
  return `<input type="${type}" ${attributes} ${more} value="${escapeHtml(value)}">`;
}
