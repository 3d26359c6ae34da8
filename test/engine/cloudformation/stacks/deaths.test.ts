// SPDX-License-Identifier: BSD-2-Clause
// Processes that die between any two transactions of a stack: it ends in the same state, by the same events, and nothing is
// left over. Here every process does a transaction or two, and dies; with MALLEE_ROUNDS, one dies at each place, and the next goes
// on to the end.
import assert from 'node:assert/strict'
import { CreateStackCommand, DeleteStackCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation'
import { autoscalingTables } from '../../../../src/engine/autoscaling/schema'
import { ec2Tables } from '../../../../src/engine/ec2/schema'
import { elbTables } from '../../../../src/engine/elb/schema'
import { Engine } from '../../../../src/engine/engine'
import { iamTables } from '../../../../src/engine/iam/schema'
import { s3Tables } from '../../../../src/engine/s3/schema'
import { type Cloud, cloud, repeatingEntropy } from '../../../support/cloud'
import { haveImage, imageId } from '../../autoscaling/machines'
import { eventsOf, group, type Resources, resourcesNow, templateOf } from './made'

const zones = { AvailabilityZones: { 'Fn::GetAZs': '' } }
const Capabilities = ['CAPABILITY_IAM' as const]

/** One after another, so that there are as many transactions as can be. */
const resources = (port: string, path: string): Resources => ({
  Front: {
    Type: 'AWS::ElasticLoadBalancing::LoadBalancer',
    Properties: {
      ...zones,
      Listeners: [{ Protocol: 'HTTP', LoadBalancerPort: port, InstancePort: '8888' }],
    },
  },
  Group: group('a', {
    SecurityGroupIngress: [
      {
        ...{ IpProtocol: 'tcp', FromPort: port, ToPort: port },
        SourceSecurityGroupOwnerId: { 'Fn::GetAtt': ['Front', 'SourceSecurityGroup.OwnerAlias'] },
        SourceSecurityGroupName: { 'Fn::GetAtt': ['Front', 'SourceSecurityGroup.GroupName'] },
      },
    ],
  }),
  Rule: {
    Type: 'AWS::EC2::SecurityGroupIngress',
    Properties: {
      ...{
        GroupName: { Ref: 'Group' },
        IpProtocol: 'tcp',
        FromPort: '22',
        ToPort: port,
        CidrIp: '10.0.0.0/8',
      },
    },
  },
  Config: {
    Type: 'AWS::AutoScaling::LaunchConfiguration',
    Properties: {
      ...{ ImageId: imageId, InstanceType: 'm1.small', SecurityGroups: [{ Ref: 'Group' }] },
      UserData: { 'Fn::Base64': port },
    },
    DependsOn: 'Rule',
  },
  Scaling: {
    Type: 'AWS::AutoScaling::AutoScalingGroup',
    Properties: {
      ...{ ...zones, MinSize: '0', MaxSize: '3', LaunchConfigurationName: { Ref: 'Config' } },
      LoadBalancerNames: [{ Ref: 'Front' }],
    },
  },
  Person: { Type: 'AWS::IAM::User', Properties: { Path: path }, DependsOn: 'Scaling' },
  People: { Type: 'AWS::IAM::Group', Properties: { Path: path }, DependsOn: 'Person' },
  Among: {
    Type: 'AWS::IAM::UserToGroupAddition',
    Properties: { GroupName: { Ref: 'People' }, Users: [{ Ref: 'Person' }] },
  },
  Bucket: { Type: 'AWS::S3::Bucket', DependsOn: 'Among' },
})

/** The last of all cannot be. */
const broken = (port: string, path: string): Resources => ({
  ...resources(port, path),
  Broken: group(
    'b',
    {
      SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 1, ToPort: 1, SourceSecurityGroupName: 'none' }],
    },
    { DependsOn: 'Bucket' },
  ),
})

/** Says that it is over, once it has been asked so often. */
const signalAfter = (times: number): AbortSignal => {
  let asked = 0
  return {
    get aborted() {
      return asked++ >= times
    },
  } as AbortSignal
}

const most = 1000

describe('a stack whose processes die', () => {
  let c: Cloud
  let lives = 0
  beforeEach(async () => {
    c = await cloud()
    haveImage(c)
  })
  afterEach(() => c.close())

  /** All that there is in other services; what was has its own records there for a while. */
  const records = (): unknown =>
    c.engine.read(tx => {
      const past = ['scalingActivities', 'activityPlaces', 'mfaCodes']
      const names = Object.keys({
        ...ec2Tables,
        ...iamTables,
        ...elbTables,
        ...s3Tables,
        ...autoscalingTables,
      })
      const tables = tx as unknown as Record<string, { everywhere(): readonly object[] }>
      return Object.fromEntries(
        names.filter(name => !past.includes(name)).map(name => [name, tables[name]?.everywhere()]),
      )
    })

  /** A process of its own, on the same folder, that is over after so many looks at whether it is. */
  const live = async (looks: number): Promise<void> => {
    const engine = await Engine.open({
      ...{ home: c.home, clock: c.clock, entropy: repeatingEntropy(`life ${lives++}`) },
      onBug: error => c.bugs.push(error),
    })
    await engine.drain(signalAfter(looks))
    await engine.close()
  }

  const isMoving = (): boolean =>
    c.engine.read(tx => tx.stacks.everywhere().some(({ status }) => status.endsWith('_IN_PROGRESS')))

  const elapse = (): void => {
    const next = c.engine.nextWork()
    if (next !== undefined && next > c.clock.now()) c.clock.advance((next - c.clock.now()) / 1000)
  }

  /**
   * To the end, by processes of which each does one transaction or two: what cannot be done is found out by one, which is
   * undone, and written down by the next.
   */
  const byManyLives = async (): Promise<void> => {
    for (let count = 0; isMoving(); count++) {
      assert.ok(count < most, 'it comes to no end')
      await live(2 + (count % 2))
      elapse()
    }
  }

  const byOneLife = async (): Promise<void> => {
    while (isMoving()) {
      await c.engine.drain()
      elapse()
    }
  }

  const send = {
    create: (TemplateBody: string) =>
      c.cloudformation().send(new CreateStackCommand({ StackName: 'web', TemplateBody, Capabilities })),
    update: (TemplateBody: string) =>
      c.cloudformation().send(new UpdateStackCommand({ StackName: 'web', TemplateBody, Capabilities })),
  }

  /** All that a stack may go through; what is there at each end of it. */
  const wholeLife = async (settle: () => Promise<void>): Promise<readonly unknown[]> => {
    const before = records()
    const told: unknown[] = []
    const tell = async (id = 'web') =>
      told.push(
        await eventsOf(c, id),
        Object.entries(await resourcesNow(c, id)).map(([name, { status }]) => [name, status]),
      )
    await send.create(templateOf(broken('80', '/')))
    await settle()
    await tell()
    assert.deepEqual(records(), before)
    await c.cloudformation().send(new DeleteStackCommand({ StackName: 'web' }))
    await settle()
    const { StackId = '' } = await send.create(templateOf(resources('80', '/')))
    await settle()
    const made = records()
    await send.update(templateOf(broken('81', '/new/')))
    await settle()
    await tell()
    assert.deepEqual(Object.keys(await resourcesNow(c)).sort(), Object.keys(resources('', '')).sort())
    const counts = (all: unknown) =>
      Object.entries(all as Record<string, readonly object[]>).map(([name, list]) => [name, list?.length])
    assert.deepEqual(counts(records()), counts(made))
    await send.update(templateOf(resources('82', '/newer/')))
    await settle()
    assert.deepEqual(counts(records()), counts(made))
    await c.cloudformation().send(new DeleteStackCommand({ StackName: 'web' }))
    await settle()
    await tell(StackId)
    assert.deepEqual(records(), before)
    return told
  }

  it('goes through its whole life as it would without, and leaves nothing', async () => {
    const usual = await wholeLife(byOneLife)
    assert.ok(JSON.stringify(usual).includes('web UPDATE_ROLLBACK_COMPLETE'))
    lives = 0
    assert.deepEqual(await wholeLife(byManyLives), usual)
    assert.ok(lives > 40, `there were ${lives} processes`)
  })

  it('is nothing else when two processes are at it at the same time', async () => {
    const usual = await wholeLife(byOneLife)
    const byTwo = async (): Promise<void> => {
      while (isMoving()) {
        await Promise.all([c.engine.drain(), live(most)])
        elapse()
      }
    }
    assert.deepEqual(await wholeLife(byTwo), usual)
  })

  const rounds = Number(process.env.MALLEE_ROUNDS ?? 0)
  if (rounds > 0) {
    it('ends as it would when one dies at a single place, whichever', async () => {
      const usual = await wholeLife(byOneLife)
      for (let place = 1; place <= rounds; place++) {
        // Of each thing that is ordered, at this place.
        const settle = async (): Promise<void> => {
          await live(place)
          await byOneLife()
        }
        assert.deepEqual(await wholeLife(settle), usual, `it died at ${place}`)
      }
    })
  }
})
