// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { UsageError } from '../../cli/errors'
import { theStack } from '../../cli/euform/options'
import { append, option } from '../../cli/options'
import { stackWaits } from '../../cli/suites'
import { following } from '../../install/stack-following'

export default stackWaits.command({
  summary: 'Go on rolling back a stack that failed to roll back',
  description:
    'With --wait the events are told as they come, and it is a failure when the stack does not get there this time.',
  options: {
    ...theStack('to roll back'),
    skip: append('--skip', {
      metavar: 'RESOURCE',
      help: 'leave this resource as it is, as if it had been rolled back. May be used more than once',
    }),
    role: option('--role', { metavar: 'ARN', help: 'role that the stack acts in from now on' }),
  },
  rules: ({ role }) => {
    if (role && !role.startsWith('arn:')) throw new UsageError('argument --role: ARN must begin with "arn:"')
  },
  call: (cloudformation, { stack, skip, role }, context) =>
    following(context, cloudformation, { stack, goal: 'UPDATE_ROLLBACK_COMPLETE' }, () =>
      cloudformation.continueUpdateRollback({
        StackName: stack,
        ResourcesToSkip: someOf(skip),
        RoleARN: role || undefined,
      }),
    ),
})
