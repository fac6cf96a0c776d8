const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
] as const;

/** A length of time for people, such as "12 h": to the minute, in the largest unit of which there are at least two. */
export const duration = (seconds: number): string => {
  const whole = seconds < 120 ? seconds : Math.round(seconds / 60) * 60;
  const [unit, size] = UNITS.find(([, length]) => whole >= 2 * length) ?? ["s", 1];
  return `${Math.max(0, Math.floor(whole / size))} ${unit}`;
};

/** A moment as text of ISO 8601, or in seconds since 1970; nothing for what is neither. */
export const moment = (value: unknown): { readonly until?: Date } => {
  const until = new Date(typeof value === "number" ? value * 1000 : String(value));
  return Number.isNaN(until.getTime()) ? {} : { until };
};

/** For people: until when, and for how long from now. */
export const shownEnd = (until: Date, now: Date): string => {
  const time = until.toISOString().replace(/^.*T(\d\d:\d\d).*$/, "$1");
  return `until ${time} UTC (${duration((until.getTime() - now.getTime()) / 1000)})`;
};
