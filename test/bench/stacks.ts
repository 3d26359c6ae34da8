// SPDX-License-Identifier: BSD-2-Clause
// What a stack of 100 resources costs when nothing in it waits: to make it, against two seconds; and to delete it, against
// making it.
import { CreateStackCommand, DeleteStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { type Cloud, cloud } from '../support/cloud'
import { atMost, median, type Row } from './row'

const size = 100
const wantedMs = 2000
const rounds = 3

/** Half of them stand alone, and each of the others lets one of those in. */
const template = (): string => {
  const resources = Array.from({ length: size }, (_, index) => {
    const Properties = {
      GroupDescription: `number ${index}`,
      ...(index % 2 === 1 && {
        SecurityGroupIngress: [
          ...[{ IpProtocol: 'tcp', FromPort: '22', ToPort: '22', CidrIp: '10.0.0.0/8' }],
          {
            ...{ IpProtocol: 'tcp', FromPort: '80', ToPort: '80' },
            SourceSecurityGroupName: { Ref: `Group${index - 1}` },
          },
        ],
      }),
    }
    return [`Group${index}`, { Type: 'AWS::EC2::SecurityGroup', Properties }]
  })
  return JSON.stringify({ Resources: Object.fromEntries(resources) })
}

const msUntil = async (
  c: Cloud,
  status: string,
  order: () => Promise<{ StackId?: string }>,
): Promise<number> => {
  const started = process.hrtime.bigint()
  const { StackId } = await order()
  await c.engine.drain()
  const took = Number(process.hrtime.bigint() - started) / 1e6
  const { Stacks = [] } = await c.cloudformation().send(new DescribeStacksCommand({ StackName: StackId }))
  const [stack] = Stacks
  if (stack?.StackStatus !== status) throw new Error(`the stack is in ${stack?.StackStatus}`)
  return took
}

export const benchStacks = async (): Promise<Row[]> => {
  const c = await cloud()
  try {
    const making: number[] = []
    const deleting: number[] = []
    const client = c.cloudformation()
    for (let round = 0; round < rounds; round++) {
      let StackName = `bench${round}`
      const input = { StackName, TemplateBody: template() }
      making.push(
        await msUntil(c, 'CREATE_COMPLETE', async () => {
          const { StackId = '' } = await client.send(new CreateStackCommand(input))
          StackName = StackId
          return { StackId }
        }),
      )
      deleting.push(
        await msUntil(c, 'DELETE_COMPLETE', async () => {
          await client.send(new DeleteStackCommand({ StackName }))
          return { StackId: StackName }
        }),
      )
    }
    return [
      atMost({
        name: `make a stack of ${size} resources, against two seconds`,
        ...{ unit: 'ms', measured: median(making), floor: wantedMs, target: 1 },
      }),
      atMost({
        name: 'delete it, against making it',
        ...{ unit: 'ms', measured: median(deleting), floor: median(making), target: 2 },
      }),
    ]
  } finally {
    await c.close()
  }
}
