// SPDX-License-Identifier: BSD-2-Clause
import { local } from '../cli/suites'

export default local.command({
  summary: 'Show what the accounts of the cloud in the data folder have been told',
  description:
    'Auto Scaling tells the topics that were configured for a group what becomes of its instances. Every notification ' +
    'is kept for two weeks, at most 10,000 of an account. One whose topic is the address of a web server is also ' +
    'posted there: it is waiting, posted, or failed. The others are logged only. With --json the messages are shown, too.',
  options: {},
  call: async context => {
    const { notificationsOf } = await import('../serve/notifications')
    const { malleeHome } = await context.settings()
    return notificationsOf(malleeHome, context)
  },
  rows: notifications =>
    notifications.map(({ time, account, topic, outcome, subject, failure }) => [
      'NOTIFICATION',
      time.toISOString(),
      account,
      topic,
      outcome,
      subject,
      failure,
    ]),
})
