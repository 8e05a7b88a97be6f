// How moments and dates are written: dd/mm/yyyy, 24 hours, always the clock of +07:00, the zone of Viet Nam, Laos and
// Cambodia. Views hand over the RFC 3339 text of the API and never calculate with it.

const kMoment = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?(?:Z|([+-])(\d\d):(\d\d))$/;
const kDate = /^(\d{4})-(\d\d)-(\d\d)$/;
const kZoneMinutes = 7 * 60;

export interface WrittenMoment {
  day: string;
  time: string;
}

// Null when the text is neither a moment nor a date; a date has an empty time.
export function read_moment(text: string): WrittenMoment | null {
  const date = kDate.exec(text);
  if (date) return { day: `${date[3]}/${date[2]}/${date[1]}`, time: '' };
  const found = kMoment.exec(text);
  if (!found) return null;
  const [, year, month, day, hour, minute, , sign, offset_hour, offset_minute] = found;
  const offset = (Number(offset_hour ?? 0) * 60 + Number(offset_minute ?? 0)) * (sign === '-' ? -1 : 1);
  if (offset === kZoneMinutes) return { day: `${day}/${month}/${year}`, time: `${hour}:${minute}` };
  const shifted = new Date(
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute) + kZoneMinutes - offset),
  );
  return {
    day: `${two(shifted.getUTCDate())}/${two(shifted.getUTCMonth() + 1)}/${shifted.getUTCFullYear()}`,
    time: `${two(shifted.getUTCHours())}:${two(shifted.getUTCMinutes())}`,
  };
}

export function write_moment(text: string): string {
  const moment = read_moment(text);
  if (!moment) return text;
  return moment.time ? `${moment.time} ${moment.day}` : moment.day;
}

// A deadline names its last good moment (R45). One that ends with the day is read more surely as a day.
export function ends_with_the_day(moment: WrittenMoment): boolean {
  return moment.time === '' || moment.time === '23:59';
}

export interface Age {
  unit: 'seconds' | 'minutes' | 'hours' | 'days';
  n: number;
}

export function age_of(seconds: number): Age {
  if (seconds < 60) return { unit: 'seconds', n: Math.max(0, seconds) };
  if (seconds < 3600) return { unit: 'minutes', n: Math.floor(seconds / 60) };
  if (seconds < 48 * 3600) return { unit: 'hours', n: Math.floor(seconds / 3600) };
  return { unit: 'days', n: Math.floor(seconds / 86_400) };
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}
