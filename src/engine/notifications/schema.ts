// SPDX-License-Identifier: BSD-2-Clause
import { table } from '../store/table'

/** Something that somebody asked to be told. */
export interface Notification {
  readonly account: string
  readonly sequence: number
  readonly at: Date
  /** A topic's ARN, or the URL that it is posted to. */
  readonly topic: string
  readonly subject: string
  /** JSON. */
  readonly message: string
  /** Of those that are posted: when that was done, or given up. */
  readonly postedAt?: Date
  /** How often it was tried in vain, and what went wrong last. */
  readonly failures?: number
  readonly failure?: string
}

export const notificationTables = {
  notifications: table<Notification>({
    scope: 'account',
    key: ({ at, sequence }) => [at.getTime(), sequence],
    large: true,
  }),
}
