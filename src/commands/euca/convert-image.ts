// SPDX-License-Identifier: BSD-2-Clause
import { unbundlingKeyFile } from '../../cli/bundle/options'
import { UsageError } from '../../cli/errors'
import { flag, option } from '../../cli/options'
import { local } from '../../cli/suites'
import { conversionRows, planRows } from '../../rows/conversions'

/** A number of GiB that a volume can have. */
const gibibytes = (text: string): number => {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= 1 && value <= 16_384) return value
  throw new TypeError(`invalid size: '${text}' (a whole number of GiB from 1 to 16384)`)
}

/** It becomes part of a folder's name. */
const imageId = (text: string): string => {
  if (/^[A-Za-z0-9-]+$/.test(text)) return text
  throw new TypeError(`invalid image ID: '${text}'`)
}

export default local.command({
  summary: 'Make an instance-store image one whose root is an EBS volume',
  description:
    'The image is downloaded and unbundled, its /etc/fstab loses the ephemeral disk on /mnt, and it is written to a ' +
    'snapshot that is registered with all that the old image had. Run again after any interruption, it goes on.',
  common: ['tabify', 'progress', 'region', 'service-url', 'credentials'],
  urlService: 'ec2',
  options: {
    image: option('-i --image', {
      metavar: 'IMAGE',
      type: imageId,
      required: true,
      help: 'ID of the image to convert (required)',
    }),
    to: option('--to', {
      choices: ['ebs'],
      default: 'ebs',
      help: 'what to make it (default: %(default)s)',
    }),
    via: option('--via', {
      choices: ['direct', 'volume'],
      default: 'direct',
      help: 'write the snapshot through the EBS direct APIs, or a volume that is attached to --instance (default: %(default)s)',
    }),
    instance: option('--instance', {
      metavar: 'INSTANCE',
      help: 'ID of the running instance to attach the volume to (required with --via volume)',
    }),
    devicePath: option('--device-path', {
      metavar: 'FILE',
      help: "where the attached volume is on this machine (default: its file, in the cloud in this machine's data folder)",
    }),
    size: option('--size', {
      metavar: 'GiB',
      type: gibibytes,
      help: "size of the root volume (default: the image's, rounded up)",
    }),
    name: option('-n --name', {
      help: "name of the new image (default: the old one's, with -ebs where that is taken)",
    }),
    description: option('-d --description', {
      help: "description of the new image (default: the old one's)",
    }),
    kernel: option('--kernel', { help: "ID of the new image's kernel, or none (default: the old one's)" }),
    ramdisk: option('--ramdisk', { help: "ID of the new image's ramdisk, or none (default: the old one's)" }),
    keepFstab: flag('--keep-fstab', { help: 'leave /etc/fstab in the image as it is' }),
    sourceRegion: option('--source-region', {
      metavar: 'USER@REGION',
      help: 'region, as for --region, that has the image and its bundle (default: that of the new image)',
    }),
    workDir: option('--work-dir', {
      metavar: 'DIR',
      help: 'where to keep the image meanwhile, and what is done already (default: convert-IMAGE in the temporary folder)',
    }),
    ...unbundlingKeyFile,
    dryRun: flag('--dry-run', { help: 'only show what would be done' }),
  },
  rules: async args => {
    const { convertArgsFault } = await import('../../install/convert')
    const fault = convertArgsFault(args)
    if (fault !== undefined) throw new UsageError(fault)
  },
  call: async (context, args) => {
    const { convert } = await import('../../install/convert')
    const { malleeHome } = await context.settings()
    return convert(context, args, async volume => {
      const { volumePathOf } = await import('../../serve/volume-path')
      return volumePathOf(malleeHome, volume, context)
    })
  },
  rows: result => ('imageId' in result ? conversionRows(result) : planRows(result.plan, result.via)),
})
