// SPDX-License-Identifier: BSD-2-Clause
import { bundleOptions, maxPendingParts, uploadOptions } from '../../cli/bundle/options'
import { UsageError } from '../../cli/errors'
import { option } from '../../cli/options'
import { local } from '../../cli/suites'

export default local.command({
  summary: 'Bundle, upload and register an image into the cloud',
  common: ['tabify', 'progress', 'region', 'service-url', 'credentials'],
  urlService: 's3',
  options: {
    name: option('-n --name', { required: true, help: 'name of the new image (required)' }),
    description: option('--description', { help: 'description of the new image' }),
    maxPendingParts,
    virtualizationType: option('--virtualization-type', {
      choices: ['paravirtual', 'hvm'],
      help: 'virtualization type of the new image',
    }),
    platform: option('--platform', {
      metavar: 'windows',
      choices: ['windows'],
      help: "the new image's platform; only windows is special",
    }),
    ec2Url: option('--ec2-url', { help: 'endpoint of the compute service' }),
    ec2Auth: option('--ec2-auth', { hidden: true }),
    ec2Service: option('--ec2-service', { hidden: true }),
    ...bundleOptions,
    ...uploadOptions,
  },
  rules: async args => {
    const { bundleArgsFault } = await import('../../install/bundling')
    const fault = bundleArgsFault(args)
    if (fault !== undefined) throw new UsageError(fault)
  },
  call: async (context, args) => {
    const { bundleToStore } = await import('../../install/upload')
    const { checkServices, register } = await import('../../install/registering')
    const settings = await context.settings()
    checkServices(settings, ['s3', 'ec2'])
    const location = await bundleToStore(context, settings, args)
    return register(context, {
      Name: args.name,
      Architecture: args.arch,
      ImageLocation: location,
      Description: args.description,
      VirtualizationType: args.virtualizationType,
      Platform: args.platform,
    })
  },
  rows: ({ ImageId }) => [['IMAGE', ImageId]],
})
