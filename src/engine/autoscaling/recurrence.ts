// SPDX-License-Identifier: BSD-2-Clause
// Times that come again, as crontab writes them: minute, hour, day of the month, month, day of the week.
import { Cron } from 'croner'

// Croner knows more than crontab does (`L`, `W`, `#`, `?`, `+`, `@daily`), and AWS does not.
const item = String.raw`(?:\*|[0-9]+|[a-z]{3})(?:-(?:[0-9]+|[a-z]{3}))?(?:/[0-9]+)?`
const field = `${item}(?:,${item})*`
const fiveFields = new RegExp(String.raw`^${field}(?:\s+${field}){4}$`, 'i')

// Offsets such as `+01:00` are none of IANA's names, though later releases of Node take them.
const zoneName = /^[a-z][a-z0-9_+-]*(?:\/[a-z0-9_+-]+)*$/i

export const isTimeZone = (name: string): boolean => {
  if (!zoneName.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

const cron = (recurrence: string, timeZone = 'UTC'): Cron =>
  new Cron(recurrence.trim(), { paused: true, mode: '5-part', timezone: timeZone })

/** The first time after this one; none ever for a day such as the 30th of February. */
export const timeAfter = (recurrence: string, timeZone: string | undefined, moment: Date): Date | undefined =>
  cron(recurrence, timeZone).nextRun(moment) ?? undefined

/** The last time that is not after this one. */
export const timeUntil = (recurrence: string, timeZone: string | undefined, moment: Date): Date | undefined =>
  cron(recurrence, timeZone).previousRuns(1, new Date(moment.getTime() + 1))[0]

/** Whether it can be read, and ever comes. */
export const isRecurrence = (text: string, moment: Date): boolean => {
  if (!fiveFields.test(text.trim())) return false
  try {
    return timeAfter(text, 'UTC', moment) !== undefined
  } catch {
    return false
  }
}
