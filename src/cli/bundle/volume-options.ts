// SPDX-License-Identifier: BSD-2-Clause
// Options of euca-bundle-vol, in help order.
import { int, list } from '../argument-types'
import { exclusive, flag, option } from '../options'
import { bundleOptions } from './options'

export const volumeOptions = {
  prefix: option('-p --prefix', { help: "prefix of the bundle's files (default: image)" }),
  destination: bundleOptions.destination,
  arch: option('-r --arch', {
    choices: bundleOptions.arch.choices,
    help: 'CPU architecture of the image (required)',
  }),
  exclude: option('-e --exclude', {
    metavar: 'PATH,...',
    type: list,
    help: 'paths to leave out, as patterns of rsync',
  }),
  include: option('-i --include', {
    metavar: 'PATH,...',
    type: list,
    help: 'paths to take although they would be left out',
  }),
  size: option('-s --size', {
    metavar: 'MiB',
    type: int,
    default: 10240,
    help: 'size of the image (default: %(default)s)',
  }),
  noFilter: flag('--no-filter', { help: 'do not leave out sensitive files and those of the system' }),
  all: flag('--all', { help: 'include file systems of all types (default: only local ones)' }),
  metadata: exclusive(
    { required: false },
    {
      inherit: flag('--inherit', {
        help: 'take what options leave open from the metadata service (the default)',
      }),
      noInherit: flag('--no-inherit', { help: 'do not use the metadata service' }),
    },
  ),
  volume: option('-v --volume', {
    metavar: 'DIR',
    default: '/',
    help: 'where the volume is mounted (default: %(default)s)',
  }),
  partition: option('-P --partition', {
    choices: ['mbr', 'gpt', 'none'],
    help: "type of the partition table (default: that of the volume's disk)",
  }),
  script: option('--script', {
    metavar: 'FILE',
    help: "script to run before bundling; its argument is where the image's files are",
  }),
  table: exclusive(
    { required: false },
    {
      fstab: option('--fstab', { metavar: 'FILE', help: 'fstab(5) file to copy into the image' }),
      generateFstab: flag('--generate-fstab', { help: 'make an fstab(5) file for the image' }),
    },
  ),
  grubConfig: option('--grub-config', {
    metavar: 'FILE',
    help: 'configuration of GRUB 1 to copy to /boot/grub/menu.lst of the image',
  }),
  privatekey: bundleOptions.privatekey,
  cert: bundleOptions.cert,
  ec2cert: bundleOptions.ec2cert,
  user: bundleOptions.user,
  kernel: option('--kernel', { metavar: 'IMAGE', help: 'ID of the kernel to associate with the image' }),
  ramdisk: option('--ramdisk', {
    metavar: 'IMAGE',
    help: 'ID of the ramdisk to associate with the image',
  }),
  bootstrapUrl: bundleOptions.bootstrapUrl,
  bootstrapService: bundleOptions.bootstrapService,
  bootstrapAuth: bundleOptions.bootstrapAuth,
  accessKeyId: option('-I --access-key-id', { metavar: 'KEY_ID', help: 'access key ID' }),
  secretKey: option('-S --secret-key', { metavar: 'KEY', help: 'secret key' }),
  securityToken: option('--security-token', { metavar: 'TOKEN', help: 'security token' }),
  blockDeviceMappings: bundleOptions.blockDeviceMappings,
  productcodes: bundleOptions.productcodes,
  partSize: bundleOptions.partSize,
  encKey: bundleOptions.encKey,
  encIv: bundleOptions.encIv,
} as const
