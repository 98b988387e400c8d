/** The default namespace of every XML response of these dialects. */
export const IDENTITY_NAMESPACE = 'http://docs.openstack.org/identity/api/v2.0';

export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Characters that XML 1.0 cannot contain, not even escaped (Extensible Markup Language 1.0, 2.2). */
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;
const SPECIAL = /[&<>"'\t\n\r]/g;
const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Escapes a text for the content of an element or the value of an attribute. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(FORBIDDEN, '\uFFFD')
    .replace(SPECIAL, (character) => ESCAPES[character] ?? character);
}

/**
 * One element. Attributes that are null or undefined are left out.
 * @param content escaped markup: further elements, or a text from `escapeXml`
 */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | null | undefined>>,
  content = '',
): string {
  let markup = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) markup += ` ${key}="${escapeXml(String(value))}"`;
  }
  return content === '' ? `${markup}/>` : `${markup}>${content}</${name}>`;
}
