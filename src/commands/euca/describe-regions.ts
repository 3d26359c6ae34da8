// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { anyText } from '../../cli/filters'
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { regionRows } from '../../rows/zones'

export default ec2.command({
  summary: 'Display information about regions',
  options: {
    // `region` would be the shared option's.
    regionName: positional('REGION', { nargs: '*', help: 'limit results to specific regions' }),
  },
  filters: anyText('endpoint', 'region-name'),
  call: (ec2, { regionName, filters }) =>
    ec2.describeRegions({ RegionNames: someOf(regionName), Filters: someOf(filters) }),
  rows: ({ Regions }) => regionRows(Regions),
})
