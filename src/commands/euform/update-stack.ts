// SPDX-License-Identifier: BSD-2-Clause
import { tag } from '../../cli/argument-types'
import { someOf } from '../../cli/ec2/given'
import {
  capabilities,
  stackParameters,
  templateMembers,
  templateOf,
  theStack,
} from '../../cli/euform/options'
import { append, constant, exclusive } from '../../cli/options'
import { stackWaits } from '../../cli/suites'
import { following } from '../../install/stack-following'
import { plain } from '../../rows/plain'

export default stackWaits.command({
  summary: 'Update a stack',
  description:
    'Without a template it keeps the one it has. Prints its ID. With --wait the events are told as they come, and it is ' +
    'a failure when the update does not become complete.',
  options: {
    ...theStack('to update'),
    template: exclusive({ required: false }, templateMembers),
    ...capabilities,
    ...stackParameters,
    tags: exclusive(
      { required: false },
      {
        tag: append('--tag', {
          metavar: 'KEY[=VALUE]',
          type: tag,
          help: 'key and value of a tag, instead of all that it has. May be used more than once',
        }),
        deleteTags: constant('--delete-tags', '', { help: 'take all its tags from the stack' }),
      },
    ),
  },
  call: async (cloudformation, args, context) => {
    const template = await templateOf(args, context)
    const isSame = args.templateFile === undefined && args.templateUrl === undefined
    return following(context, cloudformation, { stack: args.stack, goal: 'UPDATE_COMPLETE' }, async () => {
      const updated = await cloudformation.updateStack(
        {
          StackName: args.stack,
          ...template,
          ...(isSame && { UsePreviousTemplate: true }),
          Capabilities: args.capabilities,
          Parameters: someOf(args.parameter.flat()),
          Tags: someOf(args.tag),
        },
        args.deleteTags === undefined ? {} : { parameters: [['Tags', '']] },
      )
      // At once: it is under way, even if what is waited for does not come about.
      await context.print(plain(updated.StackId))
      return updated
    })
  },
})
