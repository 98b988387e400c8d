const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** The seconds that a text such as `90`, `90s`, `15m`, `1h` or `7d` stands for; undefined if it stands for none. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit = 's'] = /^([0-9]{1,10})([smhd])?$/.exec(text.trim().toLowerCase()) ?? [];
  return digits === undefined ? undefined : Number(digits) * (SECONDS[unit] ?? 1);
}

/** Seconds as people read them, in the largest unit that fits without a rest. */
export function durationText(seconds: number): string {
  const unit = ['d', 'h', 'm'].find((one) => seconds > 0 && seconds % (SECONDS[one] as number) === 0) ?? 's';
  return `${seconds / (SECONDS[unit] as number)}${unit}`;
}

/** How long ago something was, roughly: whole units of the largest that fits. */
export function ageText(seconds: number): string {
  const unit = ['d', 'h', 'm'].find((one) => seconds >= (SECONDS[one] as number)) ?? 's';
  return `${Math.floor(seconds / (SECONDS[unit] as number))}${unit}`;
}
