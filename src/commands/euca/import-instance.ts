// SPDX-License-Identifier: BSD-2-Clause
import { importLaunch } from '../../cli/ec2/import-launch'
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
import { exclusive, flag, option } from '../../cli/options'
import { local } from '../../cli/suites'
import { converted } from '../../install/goals'
import { conversionTaskRows } from '../../rows/conversion-tasks'

export default local.command({
  summary: 'Import a file as an instance',
  description:
    'The image is uploaded in parts. When all of them are there the cloud makes a volume of it, a snapshot, an image, and an instance. An upload that was interrupted goes on with euca-resume-import.',
  common: ['tabify', 'progress', 'region', 'service-url', 'credentials'],
  urlService: 'ec2',
  options: {
    source,
    instanceType: option('-t --instance-type', {
      metavar: 'INSTANCETYPE',
      required: true,
      help: 'type of the new instance (required)',
    }),
    format,
    architecture: option('-a --architecture', {
      metavar: 'ARCH',
      required: true,
      help: 'CPU architecture of the new instance (required)',
    }),
    platform: option('-p --platform', {
      choices: ['Windows', 'Linux'],
      required: true,
      help: 'operating system of the new instance (required)',
    }),
    ...bucketOptions,
    expires,
    noUpload,
    description: option('-d --description', { help: 'description of the import task' }),
    group: option('-g --group', { metavar: 'GROUP', help: 'name of the security group of the new instance' }),
    availabilityZone: option('-z --availability-zone', {
      metavar: 'ZONE',
      help: 'availability zone to run the new instance in',
    }),
    ...sizeOptions,
    userDataSource: exclusive(
      { required: false },
      {
        userData: option('--user-data', {
          metavar: 'DATA',
          help: 'user data to make available to the new instance',
        }),
        userDataFile: option('--user-data-file', {
          metavar: 'FILE',
          help: 'file with user data to make available to the new instance, or - for standard input',
        }),
      },
    ),
    subnet: option('--subnet', {
      metavar: 'SUBNET',
      help: "[VPC only] subnet to create the new instance's network interface in",
    }),
    privateIpAddress: option('--private-ip-address', {
      metavar: 'ADDRESS',
      help: '[VPC only] specific primary private IP address of the new instance',
    }),
    monitor: flag('--monitor', { help: 'enable detailed monitoring for the new instance' }),
    instanceInitiatedShutdownBehavior: option('--instance-initiated-shutdown-behavior', {
      choices: ['stop', 'terminate'],
      help: 'whether the new instance stops or terminates when it shuts down',
    }),
    key: option('--key', { metavar: 'KEYPAIR', help: 'name of the key pair of the new instance' }),
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
    const launch = await importLaunch(args, context)
    return startImport(context, args, disk =>
      ec2.importInstance({
        DiskImages: [disk],
        LaunchSpecification: launch,
        Platform: args.platform as 'Windows', // Linux is not in the SDK's list.
        Description: args.description,
      }),
    )
  },
  rows: ({ ConversionTask }) => conversionTaskRows(ConversionTask),
  wait: { until: converted, of: ({ ConversionTask }) => [ConversionTask?.ConversionTaskId] },
})
