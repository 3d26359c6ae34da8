// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'De-register an image',
  options: { image: positional('IMAGE', { help: 'ID of the image to de-register (required)' }) },
  call: (ec2, { image }) => ec2.deregisterImage({ ImageId: image }),
  rows: (_, { image }) => [['IMAGE', image]],
})
