// SPDX-License-Identifier: BSD-2-Clause
import {
  bucketOptions,
  checkExpires,
  checkOwner,
  expires,
  format,
  ignoredOptions,
  noUpload,
  sizeOptions,
  source,
  storeOptions,
} from '../../cli/ec2/import-options'
import { UsageError } from '../../cli/errors'
import { option } from '../../cli/options'
import { local } from '../../cli/suites'
import { converted } from '../../install/goals'
import { conversionTaskRows } from '../../rows/conversion-tasks'

export default local.command({
  summary: 'Import a file as a volume',
  description:
    'The image is uploaded in parts, and the cloud makes the volume when all of them are there. An upload that was interrupted goes on with euca-resume-import.',
  common: ['tabify', 'progress', 'region', 'service-url', 'credentials'],
  urlService: 'ec2',
  options: {
    source,
    format,
    availabilityZone: option('-z --availability-zone', {
      metavar: 'ZONE',
      required: true,
      help: 'availability zone to create the volume in (required)',
    }),
    ...sizeOptions,
    ...bucketOptions,
    expires,
    noUpload,
    description: option('-d --description', { help: 'description of the import task' }),
    ...ignoredOptions,
    ...storeOptions,
  },
  rules: async (args, context) => {
    checkOwner(args)
    checkExpires(args.expires)
    const { startFault } = await import('../../install/import-start')
    const fault = await startFault(context, args)
    if (fault !== undefined) throw new UsageError(fault)
  },
  call: async (context, args) => {
    if (args.dryRun) return {}
    const { startImport } = await import('../../install/import-start')
    const ec2 = await context.client('ec2')
    return startImport(context, args, disk =>
      ec2.importVolume({
        ...disk,
        AvailabilityZone: args.availabilityZone,
        Description: args.description,
      }),
    )
  },
  rows: ({ ConversionTask }) => conversionTaskRows(ConversionTask),
  wait: { until: converted, of: ({ ConversionTask }) => [ConversionTask?.ConversionTaskId] },
})
