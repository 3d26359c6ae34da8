// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { showLong } from '../../cli/euscale/options'
import { positional } from '../../cli/options'
import { scalingLists } from '../../cli/suites'
import { everyTokenPage } from '../../cli/token-pages'
import { launchConfigurationRows } from '../../rows/launch-configurations'

export default scalingLists.command({
  summary: 'Describe launch configurations',
  description: 'The name "verbose" shows those of all accounts to a cloud administrator.',
  options: {
    launchConfiguration: positional('LAUNCHCONFIG', {
      nargs: '*',
      help: 'limit results to these launch configurations',
    }),
    ...showLong,
  },
  call: (scaling, { launchConfiguration, showLong }, context) =>
    everyTokenPage(
      context,
      page =>
        scaling.describeLaunchConfigurations({
          LaunchConfigurationNames: someOf(launchConfiguration),
          ...page,
        }),
      'LaunchConfigurations',
      ({ LaunchConfigurations }) => launchConfigurationRows(LaunchConfigurations, showLong),
    ),
})
