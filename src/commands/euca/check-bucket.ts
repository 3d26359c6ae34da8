// SPDX-License-Identifier: BSD-2-Clause
import { option } from '../../cli/options'
import { local } from '../../cli/suites'

export default local.command({
  summary: 'Check whether a bucket exists',
  description: 'Of older releases. The exit status is 1, without a word more, when there is no such bucket.',
  common: ['region', 'service-url', 'credentials'],
  urlService: 's3',
  options: {
    bucket: option('-b --bucket', { required: true, help: 'name of the bucket to check (required)' }),
  },
  call: async (context, { bucket }) => {
    // Said before it is looked for, so that a refusal stands below it.
    await context.print(`Checking bucket: ${bucket}`)
    const { storeOf } = await import('../../install/stores')
    return { exists: await (await storeOf(context)).bucketExists(bucket) }
  },
  status: ({ exists }) => (exists ? 0 : 1),
})
