// SPDX-License-Identifier: BSD-2-Clause
import { checkExpires, checkOwner, expires, source, storeOptions } from '../../cli/ec2/import-options'
import { UsageError } from '../../cli/errors'
import { flag, option } from '../../cli/options'
import { local } from '../../cli/suites'
import { converted } from '../../install/goals'

// The largest object that one request can store.
const largestPartMib = 5120

export default local.command({
  summary: 'Perform the upload step of an import task',
  description: 'Parts that are there already are not uploaded again.',
  common: ['tabify', 'progress', 'region', 'service-url', 'credentials'],
  urlService: 'ec2',
  options: {
    source,
    task: option('-t --task', { required: true, help: 'ID of the import task to resume (required)' }),
    expires,
    partSize: option('--part-size', { metavar: 'MiB', type: 'int', default: 10, hidden: true }),
    userThreads: option('--user-threads', { type: 'int', hidden: true }),
    dontVerifyFormat: flag('--dont-verify-format', { hidden: true }),
    dryRun: flag('--dry-run', { hidden: true }),
    ...storeOptions,
  },
  rules: args => {
    checkOwner(args)
    checkExpires(args.expires)
    if (args.partSize < 1 || args.partSize > largestPartMib)
      throw new UsageError(`argument --part-size: value must be between 1 and ${largestPartMib}`)
  },
  call: async (context, args) => {
    if (args.dryRun) return {}
    const { resumeImport } = await import('../../install/import-upload')
    const resumed = await resumeImport(context, args)
    if ('fault' in resumed) throw new UsageError(resumed.fault)
    return resumed
  },
  wait: { until: converted, of: (_, { task, dryRun }) => (dryRun ? [] : [task]) },
})
