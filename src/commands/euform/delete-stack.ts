// SPDX-License-Identifier: BSD-2-Clause
import { theStack } from '../../cli/euform/options'
import { flag } from '../../cli/options'
import { stackWaits } from '../../cli/suites'
import { following } from '../../install/stack-following'

export default stackWaits.command({
  summary: 'Delete a stack and what it has made',
  description:
    'With --wait the events are told as they come, and it is a failure when something could not be deleted.',
  options: {
    ...theStack('to delete'),
    force: flag('--force', { hidden: true }), // Accepted for the sake of scripts: the tool never asks.
  },
  call: (cloudformation, { stack }, context) =>
    following(context, cloudformation, { stack, goal: 'DELETE_COMPLETE' }, () =>
      cloudformation.deleteStack({ StackName: stack }),
    ),
})
