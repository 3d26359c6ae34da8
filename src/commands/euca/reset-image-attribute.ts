// SPDX-License-Identifier: BSD-2-Clause
import { constant, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Reset an attribute of an image to its default value',
  options: {
    image: positional('IMAGE', { help: 'ID of the image whose attribute should be reset (required)' }),
    attribute: constant('-l --launch-permission', 'launchPermission', {
      required: true,
      help: 'reset launch permissions (required)',
    }),
  },
  call: (ec2, { image, attribute }) => ec2.resetImageAttribute({ ImageId: image, Attribute: attribute }),
  rows: (_, { image }) => [['launchPermission', image, 'RESET']],
})
