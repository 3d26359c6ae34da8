// SPDX-License-Identifier: BSD-2-Clause
import { quoted } from '../argument-types'

/** A time of ISO 8601: a day, or a day and a time, of UTC unless it says otherwise. */
export const isoTime = (text: string): Date => {
  const form = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/
  const [, clock, , , zone] = form.exec(text) ?? []
  const time = new Date(clock !== undefined && zone === undefined ? `${text}Z` : text)
  if (!form.test(text) || Number.isNaN(time.getTime())) {
    throw new TypeError(`${quoted(text)} must have form YYYY-MM-DDThh:mm:ssZ`)
  }
  return time
}
