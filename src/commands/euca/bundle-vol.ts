// SPDX-License-Identifier: BSD-2-Clause
import { volumeOptions } from '../../cli/bundle/volume-options'
import { UsageError } from '../../cli/errors'
import { local } from '../../cli/suites'

const noTable = 'could not determine the type of partition table to use; specify one with -P/--partition'

export default local.command({
  summary: "Prepare this machine's filesystem for use in the cloud",
  description: 'This command must be run as the superuser.',
  common: ['progress', 'region'],
  options: volumeOptions,
  rules: async args => {
    const { mustBeSuperuser, volumeArgsFault } = await import('../../install/bundle-volume')
    mustBeSuperuser()
    const fault = volumeArgsFault(args)
    if (fault !== undefined) throw new UsageError(fault)
  },
  call: async (context, args) => {
    const { bundleVolume } = await import('../../install/bundle-volume')
    const { readInherited } = await import('../../install/instance-metadata')
    const { tableOfVolume } = await import('../../bundle/volume/volume-image')
    const endpoint = context.io.env.AWS_EC2_METADATA_SERVICE_ENDPOINT
    const inherited = args.noInherit ? undefined : await readInherited(endpoint, context.signal)
    const table = args.partition ?? (await tableOfVolume(context.path(args.volume)))
    if (table === undefined) throw new UsageError(noTable)
    return { manifest: await bundleVolume(context, args, { table, inherited }) }
  },
  rows: ({ manifest }) => [`Wrote manifest ${manifest}`],
})
