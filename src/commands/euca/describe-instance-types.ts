// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { flag, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { instanceTypeRows } from '../../rows/instance-types'

export default ec2.command({
  summary: '[Eucalyptus only] Show information about instance types',
  options: {
    instanceType: positional('INSTANCETYPE', {
      nargs: '*',
      help: 'limit results to specific instance types',
    }),
    byZone: flag('--by-zone', { help: 'show info for each availability zone separately' }),
    showCapacity: flag('--show-capacity', { help: 'show info about instance capacity' }),
  },
  call: (ec2, { instanceType, byZone, showCapacity }) =>
    ec2.describeInstanceTypes({ InstanceTypes: someOf(instanceType), Availability: showCapacity || byZone }),
  rows: ({ InstanceTypeDetails }, { byZone, showCapacity }) =>
    instanceTypeRows(InstanceTypeDetails, { byZone, capacity: showCapacity }),
})
