// SPDX-License-Identifier: BSD-2-Clause
import { checkOwner, storeOptions } from '../../cli/ec2/import-options'
import { UsageError } from '../../cli/errors'
import { exclusive, flag, option } from '../../cli/options'
import { local } from '../../cli/suites'

export default local.command({
  summary: 'Delete a disk image that was uploaded for an import task',
  common: ['tabify', 'region', 'service-url', 'credentials'],
  urlService: 'ec2',
  options: {
    which: exclusive(
      { required: true },
      {
        task: option('-t --task', { help: 'ID of the import task to delete the image of' }),
        manifestUrl: option('-u --manifest-url', { help: 'location of the import manifest' }),
      },
    ),
    ignoreActiveTask: flag('--ignore-active-task', {
      help: 'delete the image even if the import task is active (only with -t/--task)',
    }),
    ...storeOptions,
  },
  rules: args => {
    checkOwner(args)
    if (args.ignoreActiveTask && args.task === undefined)
      throw new UsageError('argument --ignore-active-task: only allowed with argument -t/--task')
  },
  call: async (context, args) => {
    const { deleteDiskImage } = await import('../../install/import-delete')
    const { fault } = await deleteDiskImage(context, args)
    if (fault !== undefined) throw new UsageError(fault)
    return {}
  },
})
