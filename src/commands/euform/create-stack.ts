// SPDX-License-Identifier: BSD-2-Clause
import { list, tag } from '../../cli/argument-types'
import { someOf } from '../../cli/ec2/given'
import {
  capabilities,
  stackParameters,
  templateMembers,
  templateOf,
  theStack,
} from '../../cli/euform/options'
import { append, exclusive, flag, option } from '../../cli/options'
import { stackWaits } from '../../cli/suites'
import { following } from '../../install/stack-following'
import { plain } from '../../rows/plain'

export default stackWaits.command({
  summary: 'Create a stack',
  description:
    'Prints its ID. With --wait the events are told as they come, and it is a failure when the stack does not become complete.',
  options: {
    ...theStack('to create'),
    template: exclusive({ required: true }, templateMembers),
    disableRollback: flag('-d --disable-rollback', {
      help: 'leave what was made as it is when something fails',
    }),
    notificationArns: append('-n --notification-arns', {
      metavar: 'ARN[,...]',
      type: list,
      help: 'topics to notify of events. May be used more than once',
    }),
    ...capabilities,
    ...stackParameters,
    timeout: option('-t --timeout', {
      metavar: 'MINUTES',
      type: 'int',
      help: 'how long creation may take before it has failed',
    }),
    tag: append('--tag', {
      metavar: 'KEY[=VALUE]',
      type: tag,
      help: 'key and value of a tag of the stack and what it makes. May be used more than once',
    }),
  },
  call: async (cloudformation, args, context) => {
    const template = await templateOf(args, context)
    return following(context, cloudformation, { stack: args.stack, goal: 'CREATE_COMPLETE' }, async () => {
      const created = await cloudformation.createStack({
        StackName: args.stack,
        ...template,
        DisableRollback: args.disableRollback,
        NotificationARNs: someOf(args.notificationArns.flat()),
        Capabilities: args.capabilities,
        Parameters: someOf(args.parameter.flat()),
        TimeoutInMinutes: args.timeout,
        Tags: someOf(args.tag),
      })
      // At once: the stack is there, even if what is waited for does not come about.
      await context.print(plain(created.StackId))
      return created
    })
  },
})
