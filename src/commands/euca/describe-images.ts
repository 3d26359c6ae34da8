// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { UsageError } from '../../cli/errors'
import { anyText } from '../../cli/filters'
import { append, flag, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { distinctImages, imageRows } from '../../rows/images'

export default ec2.command({
  summary: 'Show information about images',
  description: 'By default, only images your account owns and images your account may run are shown.',
  options: {
    image: positional('IMAGE', { nargs: '*', help: 'limit results to specific images' }),
    all: flag('-a --all', { help: 'describe all images' }),
    owner: append('-o --owner', {
      metavar: 'ACCOUNT',
      help: 'describe only images owned by the specified account; "self" and "amazon" are understood',
    }),
    executableBy: append('-x --executable-by', {
      metavar: 'ACCOUNT',
      help: 'describe only images the specified account may run; "self" and "all" are understood',
    }),
  },
  filters: anyText(
    'architecture',
    'block-device-mapping.delete-on-termination',
    'block-device-mapping.device-name',
    'block-device-mapping.snapshot-id',
    'block-device-mapping.volume-size',
    'block-device-mapping.volume-type',
    'description',
    'hypervisor',
    'image-id',
    'image-type',
    'is-public',
    'kernel-id',
    'manifest-location',
    'name',
    'owner-alias',
    'owner-id',
    'platform',
    'product-code',
    'product-code.type',
    'ramdisk-id',
    'root-device-name',
    'root-device-type',
    'state',
    'state-reason-code',
    'state-reason-message',
    'tag-key',
    'tag-value',
    'tag:',
    'virtualization-type',
  ),
  rules: ({ all, image, owner, executableBy }) => {
    if (!all) return
    if (image.length > 0) throw new UsageError('argument -a/--all: not allowed with a list of images')
    if (owner.length > 0) throw new UsageError('argument -a/--all: not allowed with argument -o/--owner')
    if (executableBy.length > 0) {
      throw new UsageError('argument -a/--all: not allowed with argument -x/--executable-by')
    }
  },
  call: async (ec2, { image, all, owner, executableBy, filters }) => {
    const Filters = someOf(filters)
    if (all || image.length + owner.length + executableBy.length > 0) {
      return ec2.describeImages({
        ImageIds: someOf(image),
        Owners: someOf(owner),
        ExecutableUsers: someOf(executableBy),
        Filters,
      })
    }
    const [owned, executable] = await Promise.all([
      ec2.describeImages({ Owners: ['self'], Filters }),
      ec2.describeImages({ ExecutableUsers: ['self'], Filters }),
    ])
    return { Images: distinctImages([...(owned.Images ?? []), ...(executable.Images ?? [])]) }
  },
  rows: ({ Images }) => imageRows(Images),
})
