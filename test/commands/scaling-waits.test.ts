// SPDX-License-Identifier: BSD-2-Clause
// --wait of the tools of Auto Scaling, at a service that does what is written here, a moment at a time.
import assert from 'node:assert/strict'
import type { Outcome } from '../cli/process'
import { recorder } from './recorder'

interface Moment {
  /** Absent: there is no such group. */
  readonly desired?: number
  /** Each instance: `InService Healthy`. */
  readonly instances?: readonly string[]
  readonly suspended?: string
  /** Each activity: its ID and status, and what went wrong. */
  readonly activities?: readonly (readonly [id: string, status: string, message?: string])[]
  /** States of the instances that EC2 still lists. */
  readonly listed?: readonly string[]
}

const members = (contents: readonly string[]): string =>
  contents.map(content => `<member>${content}</member>`).join('')

const groupsAt = ({ desired, instances = [], suspended }: Moment): string => {
  if (desired === undefined) return ''
  const listed = instances.map((instance, index) => {
    const [lifecycle, health] = instance.split(' ')
    return `<InstanceId>i-${index}</InstanceId><LifecycleState>${lifecycle}</LifecycleState><HealthStatus>${health}</HealthStatus>`
  })
  const processes = suspended
    ? `<SuspendedProcesses>${members([`<ProcessName>${suspended}</ProcessName>`])}</SuspendedProcesses>`
    : ''
  const group = `<AutoScalingGroupName>g</AutoScalingGroupName><DesiredCapacity>${desired}</DesiredCapacity><Instances>${members(listed)}</Instances>${processes}`
  return `<AutoScalingGroups>${members([group])}</AutoScalingGroups>`
}

const activitiesAt = ({ activities = [] }: Moment): string => {
  const listed = activities.map(
    ([id, status, message]) =>
      `<ActivityId>${id}</ActivityId><StatusCode>${status}</StatusCode><Description>Launching a new EC2 instance</Description>${message ? `<StatusMessage>${message}</StatusMessage>` : ''}`,
  )
  return `<Activities>${members(listed)}</Activities>`
}

const contentAt = (action: string, moment: Moment): string => {
  if (action === 'DescribeAutoScalingGroups') return groupsAt(moment)
  if (action === 'DescribeScalingActivities') return activitiesAt(moment)
  if (action === 'DescribeAutoScalingInstances')
    return `<AutoScalingInstances>${members(['<InstanceId>i-0</InstanceId><AutoScalingGroupName>g</AutoScalingGroupName>'])}</AutoScalingInstances>`
  return '<Activity><ActivityId>a9</ActivityId></Activity>'
}

interface Played extends Outcome {
  readonly actions: readonly string[]
  readonly paused: number
}

/** A tool with `--wait`. The first moment is before the request, then one after the other with each pause. */
const play = async (typed: string, ...moments: readonly Moment[]): Promise<Played> => {
  let now = 0
  let paused = 0
  const service = await recorder(action => {
    const moment = moments[Math.min(now, moments.length - 1)] ?? {}
    if (action === 'DescribeInstances') {
      const items = (moment.listed ?? []).map(
        name =>
          `<item><instancesSet><item><instanceState><name>${name}</name></instanceState></item></instancesSet></item>`,
      )
      return `<Response><reservationSet>${items.join('')}</reservationSet></Response>`
    }
    if (action === 'DescribeScalingActivities' && now === 0 && moment.desired === undefined) {
      return {
        status: 400,
        body: '<ErrorResponse><Error><Code>ValidationError</Code><Message>No.</Message></Error></ErrorResponse>',
      }
    }
    if (!action.startsWith('Describe')) now = 1
    return `<R><${action}Result>${contentAt(action, moment)}</${action}Result></R>`
  })
  const pause = async (seconds: number) => {
    now += 1
    paused += seconds
  }
  const outcome = await service.tool(typed.split(' '), '', { pause })
  await service.close()
  return { ...outcome, paused, actions: service.requests.map(({ Action = '' }) => Action) }
}

const change = 'euscale-set-desired-capacity g -c 2 --wait'
const one = ['InService Healthy']
const two = ['InService Healthy', 'InService Healthy']

describe('--wait of Auto Scaling', () => {
  it('ends when there are as many healthy instances as there should be, and nothing is under way', async () => {
    const { status, stdout, stderr, actions } = await play(
      change,
      { desired: 1, instances: one },
      { desired: 2, instances: one },
      { desired: 2, instances: [...one, 'Pending Healthy'], activities: [['a1', 'PreInService']] },
      { desired: 2, instances: two, activities: [['a1', 'InProgress']] },
      { desired: 2, instances: two, activities: [['a1', 'Successful']] },
    )
    assert.deepEqual([status, stdout], [0, ''])
    assert.deepEqual(stderr.split('\n'), [
      'g: 1 of 2 instances in service',
      'g: 1 of 2 instances in service, 1 other',
      'g: 2 of 2 instances in service',
      '',
    ])
    assert.equal(actions[1], 'SetDesiredCapacity')
  })

  it('tells what is suspended, if that is what the group would need', async () => {
    const needs = (suspended: string, desired: number) =>
      play(
        change,
        { desired: 1, instances: one },
        { desired, instances: one, suspended },
        { desired: 1, instances: one },
      )
    assert.equal((await needs('Launch', 2)).stderr, 'g: 1 of 2 instances in service; Launch is suspended\n')
    assert.equal(
      (await needs('Terminate', 0)).stderr,
      'g: 1 of 0 instances in service; Terminate is suspended\n',
    )
    assert.equal((await needs('Terminate', 2)).stderr, 'g: 1 of 2 instances in service\n')
  })

  it('asks nothing beside the request unless it is given', async () => {
    const { actions } = await play('euscale-set-desired-capacity g -c 2', { desired: 1, instances: one })
    assert.deepEqual(actions, ['SetDesiredCapacity'])
  })

  it('ends with what was wrong with a launch', async () => {
    const { status, stderr } = await play(
      change,
      { desired: 1, instances: one },
      { desired: 2, instances: one, activities: [['a1', 'InProgress']] },
      { desired: 2, instances: one, activities: [['a1', 'Failed', 'Not enough room.']] },
    )
    assert.equal(status, 1)
    assert.match(
      stderr,
      /\neuscale-set-desired-capacity: error: g: Launching a new EC2 instance failed: Not enough room\.\n$/,
    )
  })

  it('does not mind what had failed before', async () => {
    const activities = [['a0', 'Failed', 'Long ago.']] as const
    const { status, stderr } = await play(
      change,
      { desired: 1, instances: one, activities },
      { desired: 2, instances: two, activities },
    )
    assert.deepEqual([status, stderr], [0, ''])
  })

  it('ends when the time is over', async () => {
    const { status, stderr, paused } = await play(
      `${change} --wait-timeout 20`,
      { desired: 1, instances: one },
      { desired: 2, instances: one },
    )
    assert.equal(status, 1)
    assert.equal(paused, 20)
    assert.equal(
      stderr,
      'g: 1 of 2 instances in service\n' +
        'euscale-set-desired-capacity: error: gave up waiting after 20 seconds: g: 1 of 2 instances in service\n',
    )
  })

  it('ends when somebody deletes the group meanwhile', async () => {
    const { status, stderr } = await play(change, { desired: 1, instances: one }, {})
    assert.equal(status, 1)
    assert.equal(stderr, 'euscale-set-desired-capacity: error: g: the group is gone\n')
  })

  it('is for a group that is yet to be made, too', async () => {
    const tool = 'euscale-create-auto-scaling-group g -l lc -m 2 -M 2 --wait'
    const { status, stderr } = await play(tool, {}, { desired: 2 }, { desired: 2, instances: two })
    assert.deepEqual([status, stderr], [0, 'g: 0 of 2 instances in service\n'])
  })

  it('finds the group that an instance is in', async () => {
    for (const tool of [
      'euscale-terminate-instance-in-auto-scaling-group i-0 -D --wait',
      'euscale-set-instance-health i-0 -s Unhealthy --wait',
    ]) {
      const { status, stdout, stderr } = await play(
        tool,
        { desired: 1, instances: one },
        { desired: 1, instances: ['InService Unhealthy'] },
        { desired: 1, instances: one },
      )
      assert.deepEqual([status, stderr], [0, 'g: 0 of 1 instances in service, 1 other\n'])
      assert.equal(stdout, tool.includes('terminate') ? 'INSTANCE\ta9\t\t\t\n' : '')
    }
  })

  it('waits for those that are on their way out, as AWS shows them', async () => {
    const { status, stderr } = await play(
      change,
      { desired: 3, instances: [...two, 'InService Healthy'] },
      { desired: 2, instances: [...two, 'Terminating Healthy'] },
      { desired: 2, instances: two },
    )
    assert.deepEqual([status, stderr], [0, 'g: 2 of 2 instances in service, 1 other\n'])
  })

  it('finds the group that the ARN of a policy names', async () => {
    const arn = 'arn:aws:autoscaling::1:scalingPolicy:u:autoScalingGroupName/g:policyName/p'
    const { status, stderr } = await play(
      `euscale-execute-policy ${arn} --wait`,
      { desired: 1, instances: one },
      { desired: 2, instances: one },
      { desired: 2, instances: two },
    )
    assert.deepEqual([status, stderr], [0, 'g: 1 of 2 instances in service\n'])
  })

  it('waits for the instances of a deleted group', async () => {
    const { status, stderr, actions } = await play(
      'euscale-delete-auto-scaling-group g --force-delete --wait',
      { desired: 2, instances: two },
      { desired: 0, instances: two },
      { listed: ['shutting-down', 'shutting-down'] },
      { listed: ['terminated', 'shutting-down'] },
      { listed: ['terminated'] },
    )
    assert.deepEqual(stderr.split('\n'), [
      'g: the group is being deleted',
      'g: 0 of 2 instances terminated',
      'g: 1 of 2 instances terminated',
      '',
    ])
    assert.equal(status, 0)
    assert.deepEqual(actions.slice(0, 3), [
      'DescribeAutoScalingGroups',
      'DescribeInstances',
      'DeleteAutoScalingGroup',
    ])
  })

  it('asks for a hundred instances at a time', async () => {
    const { status, actions } = await play(
      'euscale-delete-auto-scaling-group g --force-delete --wait',
      { desired: 250, instances: Array.from({ length: 250 }, () => 'InService Healthy') },
      { listed: ['terminated'] },
    )
    assert.equal(status, 0)
    const asked = (action: string) => actions.filter(name => name === action).length
    assert.deepEqual([asked('DescribeInstances'), asked('DeleteAutoScalingGroup')], [6, 1])
  })

  it('changes nothing for those who may not look', async () => {
    const service = await recorder(() => ({
      status: 403,
      body: '<ErrorResponse><Error><Code>UnauthorizedOperation</Code><Message>No.</Message></Error></ErrorResponse>',
    }))
    const { status, stderr } = await service.tool(change.split(' '))
    await service.close()
    assert.deepEqual(
      [status, stderr],
      [1, 'euscale-set-desired-capacity: error (UnauthorizedOperation): No.\n'],
    )
    assert.deepEqual(
      service.requests.map(({ Action }) => Action),
      ['DescribeScalingActivities'],
    )
  })

  it('deletes nothing where nobody could tell of the instances', async () => {
    const service = await recorder()
    const env = { ...service.env, EC2_URL: undefined, AWS_EC2_URL: undefined }
    const tool = 'euscale-delete-auto-scaling-group g --force-delete --wait'
    const { status, stderr } = await service.tool(tool.split(' '), '', { env })
    await service.close()
    assert.equal(status, 1)
    assert.match(stderr, /error: No ec2 endpoint to connect to was given\./)
    assert.deepEqual(service.requests, [])
  })
})
