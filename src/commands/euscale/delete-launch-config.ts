// SPDX-License-Identifier: BSD-2-Clause
import { ignoredForce } from '../../cli/euscale/options'
import { positional } from '../../cli/options'
import { scaling } from '../../cli/suites'

export default scaling.command({
  summary: 'Delete a launch configuration',
  options: {
    launchConfiguration: positional('LAUNCHCONFIG', {
      help: 'name of the launch configuration to delete (required)',
    }),
    ...ignoredForce,
  },
  call: (scaling, { launchConfiguration }) =>
    scaling.deleteLaunchConfiguration({ LaunchConfigurationName: launchConfiguration }),
})
