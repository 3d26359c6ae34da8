// SPDX-License-Identifier: BSD-2-Clause
import { theStack } from '../../cli/euform/options'
import { stackWaits } from '../../cli/suites'
import { following } from '../../install/stack-following'

export default stackWaits.command({
  summary: 'Cancel the update of a stack that is under way',
  description:
    'The stack goes back to what it was. With --wait the events are told as they come, and it is a failure when it does not ' +
    'get there.',
  options: { ...theStack('whose update to cancel') },
  call: (cloudformation, { stack }, context) =>
    following(context, cloudformation, { stack, goal: 'UPDATE_ROLLBACK_COMPLETE' }, () =>
      cloudformation.cancelUpdateStack({ StackName: stack }),
    ),
})
