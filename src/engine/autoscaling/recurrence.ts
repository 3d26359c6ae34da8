// SPDX-License-Identifier: BSD-2-Clause
// Times that come again, as crontab writes them: minute, hour, day of the month, month, day of the week.
import { Cron } from 'croner'

// Croner knows more than crontab does (`L`, `W`, `#`, `?`, `+`, `@daily`), and AWS does not.
const item = String.raw`(?:\*|[0-9]+|[a-z]{3})(?:-(?:[0-9]+|[a-z]{3}))?(?:/[0-9]+)?`
const field = `${item}(?:,${item})*`
const fiveFields = new RegExp(String.raw`^${field}(?:\s+${field}){4}$`, 'i')

// AWS' limit.
const longest = 255

// Offsets such as `+01:00` are none of IANA's names, though later releases of Node take them.
const zoneName = /^[a-z][a-z0-9_+-]*(?:\/[a-z0-9_+-]+)*$/i

export const isTimeZone = (name: string): boolean => {
  if (name.length > longest || !zoneName.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

// To read one takes longer than to find its next time, and most are found many times.
const known = new Map<string, Cron>()
const mostKnown = 1000

const cron = (recurrence: string, timeZone = 'UTC'): Cron => {
  const name = `${timeZone} ${recurrence}`
  const found = known.get(name)
  if (found) return found
  const read = new Cron(recurrence.trim(), { paused: true, mode: '5-part', timezone: timeZone })
  if (known.size === mostKnown) known.clear()
  known.set(name, read)
  return read
}

/** The first time after this one; none ever for a day such as the 30th of February. */
export const timeAfter = (recurrence: string, timeZone: string | undefined, moment: Date): Date | undefined =>
  cron(recurrence, timeZone).nextRun(moment) ?? undefined

/** The last time that is not after this one. */
export const timeUntil = (recurrence: string, timeZone: string | undefined, moment: Date): Date | undefined =>
  cron(recurrence, timeZone).previousRuns(1, new Date(moment.getTime() + 1))[0]

/** Whether it can be read, and ever comes. */
export const isRecurrence = (text: string, moment: Date): boolean => {
  if (text.length > longest || !fiveFields.test(text.trim())) return false
  try {
    return timeAfter(text, 'UTC', moment) !== undefined
  } catch {
    return false
  }
}
