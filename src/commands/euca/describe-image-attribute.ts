// SPDX-License-Identifier: BSD-2-Clause
import { oneOf, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { imageAttributeRows } from '../../rows/images'

export default ec2.command({
  summary: 'Show information about an attribute of an image',
  options: {
    image: positional('IMAGE', { help: 'ID of the image to describe (required)' }),
    attribute: oneOf(
      { required: true },
      {
        launchPermission: { flags: '-l --launch-permission', help: 'display launch permissions' },
        productCodes: { flags: '-p --product-codes', help: 'list associated product codes' },
        blockDeviceMapping: { flags: '-B --block-device-mapping', help: 'describe block device mappings' },
        kernel: { flags: '--kernel', help: 'show associated kernel image ID' },
        ramdisk: { flags: '--ramdisk', help: 'show associated ramdisk image ID' },
        description: { flags: '--description', help: "show the image's description" },
      },
    ),
  },
  call: (ec2, { image, attribute }) => ec2.describeImageAttribute({ ImageId: image, Attribute: attribute }),
  rows: imageAttributeRows,
})
