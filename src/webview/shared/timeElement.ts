// Shows a time: without the date for today, without the year for this year; the tooltip has all of it.
import { create } from './create.ts';

const { lang } = document.documentElement;
const time = { hour: 'numeric', minute: '2-digit' } as const;
const day = { month: 'short', day: 'numeric' } as const;
// Creating a formatter takes a hundred times as long as using it, and a conversation may have a thousand messages.
const today = new Intl.DateTimeFormat(lang, time);
const thisYear = new Intl.DateTimeFormat(lang, { ...day, ...time });
const earlier = new Intl.DateTimeFormat(lang, { year: 'numeric', ...day });
const inFull = new Intl.DateTimeFormat(lang, { dateStyle: 'full', timeStyle: 'medium' });

export function timeElement(ms: number): HTMLTimeElement {
  const date = new Date(ms);
  const now = new Date();
  const isToday = date.toDateString() === now.toDateString();
  const short = isToday ? today : date.getFullYear() === now.getFullYear() ? thisYear : earlier;
  return create('time', { dateTime: date.toISOString(), title: inFull.format(date) }, short.format(date));
}
