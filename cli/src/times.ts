/** A time as people write it, as the API reads it: a month such as `2031-05` stands for its first day. */
export function timeText(text: string): string {
  return /^\d{4}-\d{2}$/.test(text) ? `${text}-01` : text;
}
