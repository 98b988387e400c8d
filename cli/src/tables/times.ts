/** A time as people write it, as the API reads it: a month such as `2031-05` stands for its first day. */
export function timeText(text: string): string {
  return /^\d{4}-\d{2}$/.test(text) ? `${text}-01` : text;
}

/** The same, where the API wants to know the second: a day stands for its beginning. */
export function instantText(text: string): string {
  const [, day, minute, rest = ''] =
    /^(\d{4}-\d{2}-\d{2})(?:(T\d{2}:\d{2})(:.*|Z)?)?$/.exec(timeText(text)) ?? [];
  if (day === undefined) return text;
  const second = rest.startsWith(':') ? rest : ':00Z';
  return `${day}${minute ?? 'T00:00'}${second}`;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

/**
 * A time of the API as tables show it: to the minute, in the zone of this machine (`TZ`). Any other text stays as it
 * is. JSON and CSV have times as the API writes them, in UTC.
 */
export function localTime(text: string): string {
  if (!INSTANT.test(text)) return text;
  const time = new Date(text);
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = [String(time.getFullYear()).padStart(4, '0'), two(time.getMonth() + 1), two(time.getDate())];
  return `${day.join('-')} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
