// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { anyText } from '../../cli/filters'
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { zoneRows } from '../../rows/zones'

export default ec2.command({
  summary: 'Display availability zones within the current region',
  options: { zone: positional('ZONE', { nargs: '*', help: 'limit results to specific availability zones' }) },
  filters: anyText('message', 'region-name', 'state', 'zone-name'),
  call: (ec2, { zone, filters }) =>
    ec2.describeAvailabilityZones({ ZoneNames: someOf(zone), Filters: someOf(filters) }),
  rows: ({ AvailabilityZones }) => zoneRows(AvailabilityZones),
})
