// SPDX-License-Identifier: BSD-2-Clause
import { option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { text } from '../../rows/cell'

export default ec2.command({
  summary: 'Verify if an instance is associated with a product code',
  options: {
    productCode: positional('CODE', { help: 'product code to confirm (required)' }),
    instance: option('-i --instance', {
      metavar: 'INSTANCE',
      required: true,
      help: 'ID of the instance to confirm (required)',
    }),
  },
  call: (ec2, { instance, productCode }) =>
    ec2.confirmProductInstance({ InstanceId: instance, ProductCode: productCode }),
  rows: ({ Return, OwnerId }, { instance, productCode }) => [[productCode, instance, text(Return), OwnerId]],
})
