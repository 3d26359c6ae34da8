// SPDX-License-Identifier: BSD-2-Clause
// Sending an operation that the SDK does not have by the SDK's own client.
import { DescribeRegionsCommand, type EC2Client } from '@aws-sdk/client-ec2'
import type { StaticOperationSchema } from '@smithy/types'

/** Call the operation of this schema. The client's protocol reads and writes it like one of its own. */
export const send = async <Output>(
  client: EC2Client,
  schema: StaticOperationSchema,
  input: object = {},
): Promise<Output> => {
  const command = new DescribeRegionsCommand(input as never)
  // Which operation a command is, is one entry in its context; everything after the first step goes by it.
  command.middlewareStack.add(
    (next, context) => args => {
      const known = (context as Record<string, Record<string, unknown>>).__smithy_context
      if (known) known.operationSchema = schema
      return next(args)
    },
    { step: 'initialize', priority: 'high' },
  )
  return (await client.send(command)) as Output
}
