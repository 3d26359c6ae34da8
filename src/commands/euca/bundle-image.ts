// SPDX-License-Identifier: BSD-2-Clause
import { bundleOptions } from '../../cli/bundle/options'
import { UsageError } from '../../cli/errors'
import { option } from '../../cli/options'
import { local } from '../../cli/suites'

export default local.command({
  summary: 'Prepare an image for use in the cloud',
  description:
    'The bundle is the image, compressed, encrypted and cut into parts, and a manifest that describes it.',
  common: ['progress', 'region'],
  options: {
    accessKeyId: option('-I --access-key-id', { metavar: 'KEY_ID', help: 'access key ID' }),
    secretKey: option('-S --secret-key', { metavar: 'KEY', help: 'secret key' }),
    securityToken: option('--security-token', { metavar: 'TOKEN', help: 'security token' }),
    ...bundleOptions,
  },
  rules: async args => {
    const { bundleArgsFault } = await import('../../install/bundling')
    const fault = bundleArgsFault(args)
    if (fault !== undefined) throw new UsageError(fault)
  },
  call: async (context, args) => {
    const { bundleImage } = await import('../../bundle/bundle-image')
    const { planBundle } = await import('../../install/bundling')
    const { wholeMeter } = await import('../../install/transfers')
    const settings = await context.settings()
    const plan = await planBundle(context, settings, args, wholeMeter(context, 'Bundling image'))
    try {
      await bundleImage(plan.options)
    } catch (error) {
      await plan.drop()
      throw error
    }
    return { manifest: plan.manifestShown }
  },
  rows: ({ manifest }) => [`Wrote manifest ${manifest}`],
})
