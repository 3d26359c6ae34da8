// SPDX-License-Identifier: BSD-2-Clause
// --wait of the tools that start something in EC2, with a cloud that says what each look is to see.
import assert from 'node:assert/strict'
import type { Goal } from '../../src/cli/command'
import type { Context } from '../../src/cli/context'
import type { Ec2Client } from '../../src/clients'
import * as goals from '../../src/install/goals'
import * as networkGoals from '../../src/install/network-goals'

/** What the cloud says of one thing: its state, or that there is no such thing. */
type Said = string | undefined

const shapes: Readonly<Record<string, (id: string, state: string) => object>> = {
  describeInstances: (id, state) => ({
    Reservations: [
      { Instances: [{ InstanceId: id, State: { Name: state }, StateReason: { Message: 'why' } }] },
    ],
  }),
  describeInstanceStatus: (id, state) => ({
    InstanceStatuses: [
      /^[a-z]+ing$|ed$/.test(state)
        ? { InstanceId: id, InstanceState: { Name: state } }
        : { InstanceId: id, InstanceState: { Name: 'running' }, InstanceStatus: { Status: state } },
    ],
  }),
  describeVolumes: (id, state) => ({
    Volumes: [{ VolumeId: id, State: state, Attachments: [{ State: state }] }],
  }),
  describeSnapshots: (id, state) => ({ Snapshots: [{ SnapshotId: id, State: state, Progress: '7%' }] }),
  describeImages: (id, state) => ({ Images: [{ ImageId: id, State: state }] }),
  describeBundleTasks: (id, state) => ({ BundleTasks: [{ BundleId: id, State: state, Progress: '7%' }] }),
  describeConversionTasks: (id, state) => ({ ConversionTasks: [{ ConversionTaskId: id, State: state }] }),
  describeVpcs: (id, state) => ({ Vpcs: [{ VpcId: id, State: state }] }),
  describeNatGateways: (id, state) => ({
    NatGateways: [{ NatGatewayId: id, State: state, FailureMessage: 'why' }],
  }),
  describeInternetGateways: (id, state) => ({
    InternetGateways: [{ InternetGatewayId: id, Attachments: [{ State: state }] }],
  }),
  describeNetworkInterfaces: (id, state) => ({
    NetworkInterfaces: [
      { NetworkInterfaceId: id, Status: state, Attachment: { AttachmentId: id, Status: state } },
    ],
  }),
  describeVpcPeeringConnections: (id, state) => ({
    VpcPeeringConnections: [{ VpcPeeringConnectionId: id, Status: { Code: state, Message: 'why' } }],
  }),
  describeVpnConnections: (id, state) => ({ VpnConnections: [{ VpnConnectionId: id, State: state }] }),
  describeCustomerGateways: (id, state) => ({ CustomerGateways: [{ CustomerGatewayId: id, State: state }] }),
  describeVpnGateways: (id, state) => ({
    VpnGateways: [{ VpnGatewayId: id, State: state, VpcAttachments: [{ State: state }] }],
  }),
  describeSubnets: (id, state) => ({ Subnets: [{ SubnetId: id, State: state }] }),
}

/** What is told, and how it ends, when each look sees the next of these states and the last one for ever. */
const waitingFor = async (goal: Goal, said: readonly Said[], ids = ['x-1']) => {
  let look = 0
  let now = 0
  const told: string[] = []
  const answers = Object.entries(shapes).map(([operation, shape]) => [
    operation,
    async () => {
      const state = said[Math.min(look++, said.length - 1)]
      return state === undefined ? {} : shape('x-1', state)
    },
  ])
  const ec2 = Object.fromEntries(answers) as unknown as Ec2Client
  const context = {
    now: () => now,
    client: async () => ec2,
    tell: async (text: string) => void told.push(text),
    pause: async (seconds: number) => {
      now += seconds * 1000
    },
  } as unknown as Context
  const end = await goal.reach(context, 60, ids).then(
    () => 'reached',
    (error: Error) => error.message,
  )
  return { told, end }
}

const every = { ...goals, ...networkGoals }
const busy = 'busy'
const cases: Readonly<Record<keyof typeof every, { reached: readonly Said[]; failed: readonly string[] }>> = {
  running: { reached: ['running'], failed: ['stopping', 'stopped', 'shutting-down', 'terminated'] },
  stopped: { reached: ['stopped'], failed: ['shutting-down', 'terminated'] },
  terminated: { reached: ['terminated', undefined], failed: [] },
  checked: {
    reached: ['ok', 'not-applicable'],
    failed: ['stopping', 'stopped', 'shutting-down', 'terminated'],
  },
  volumeAvailable: { reached: ['available', 'in-use'], failed: ['error', 'deleting', 'deleted'] },
  volumeDeleted: { reached: ['deleted', undefined], failed: ['error_deleting'] },
  attached: { reached: ['attached'], failed: ['detaching', 'detached'] },
  detached: { reached: ['detached', undefined], failed: [] },
  snapshotCompleted: { reached: ['completed'], failed: ['error', 'failed'] },
  snapshotDeleted: { reached: ['deleted', undefined], failed: ['error', 'error_deleting'] },
  imageAvailable: { reached: ['available'], failed: ['failed', 'error', 'invalid', 'deregistered'] },
  bundled: { reached: ['complete'], failed: ['failed', 'cancelling', 'cancelled', 'canceled'] },
  bundlingCancelled: { reached: ['cancelled', 'canceled', undefined], failed: ['complete', 'failed'] },
  converted: { reached: ['completed'], failed: ['cancelling', 'cancelled', 'failed'] },
  vpcAvailable: { reached: ['available'], failed: [] },
  subnetAvailable: { reached: ['available'], failed: [] },
  natGatewayAvailable: { reached: ['available'], failed: ['failed', 'deleting', 'deleted'] },
  natGatewayDeleted: { reached: ['deleted', undefined], failed: ['failed'] },
  gatewayAttached: { reached: ['attached', 'available'], failed: ['detaching', 'detached'] },
  gatewayDetached: { reached: ['detached', undefined], failed: [] },
  interfaceAvailable: { reached: ['available', 'in-use'], failed: [] },
  interfaceAttached: { reached: ['attached'], failed: ['detaching', 'detached'] },
  interfaceDetached: { reached: ['detached', undefined], failed: [] },
  peeringActive: { reached: ['active'], failed: ['failed', 'expired', 'rejected', 'deleting', 'deleted'] },
  vpnConnectionAvailable: { reached: ['available'], failed: ['deleting', 'deleted'] },
  vpnConnectionDeleted: { reached: ['deleted', undefined], failed: [] },
  customerGatewayAvailable: { reached: ['available'], failed: ['deleting', 'deleted'] },
  customerGatewayDeleted: { reached: ['deleted', undefined], failed: [] },
  vpnGatewayAvailable: { reached: ['available'], failed: ['deleting', 'deleted'] },
  vpnGatewayDeleted: { reached: ['deleted', undefined], failed: [] },
  vpnGatewayAttached: { reached: ['attached'], failed: ['detaching'] },
  vpnGatewayDetached: { reached: ['detached', undefined], failed: [] },
  peeringOffered: {
    reached: ['pending-acceptance', 'provisioning', 'active'],
    failed: ['failed', 'expired', 'rejected', 'deleting', 'deleted'],
  },
  peeringDeleted: { reached: ['deleted', undefined], failed: ['failed'] },
  conversionCancelled: { reached: ['cancelled', undefined], failed: ['completed', 'failed'] },
}

describe('--wait', () => {
  for (const [name, { reached, failed }] of Object.entries(cases)) {
    const goal = every[name as keyof typeof every]

    it(`for ${name} is over when it has come about`, async () => {
      for (const state of reached) {
        const { told, end } = await waitingFor(goal, [busy, busy, state])
        assert.equal(end, 'reached', state)
        assert.equal(told.length, 1, 'a state that has been told is told again')
        assert.match(told[0] ?? '', /^x-1: busy( \(7%\))?$/)
      }
    })

    it(`for ${name} fails at once in a state that lasts`, async () => {
      for (const state of failed) {
        const { end } = await waitingFor(goal, [busy, state])
        assert.match(end, new RegExp(`^x-1: ended as ${state}(: why)?$`))
      }
    })

    it(`for ${name} gives up when the time is over`, async () => {
      const { end } = await waitingFor(goal, [busy])
      assert.match(end, /^gave up waiting after 60 seconds: x-1: busy/)
    })
  }

  it('goes on while what was made is not listed yet, and fails when it is not any more', async () => {
    const { told, end } = await waitingFor(goals.running, [undefined, 'pending', undefined])
    assert.deepEqual(told, ['x-1: not listed yet', 'x-1: pending'])
    assert.equal(end, 'x-1: is gone')
  })

  it('counts many', async () => {
    const { told } = await waitingFor(goals.running, ['pending'], ['x-1', 'x-2', 'x-3', 'x-4'])
    assert.deepEqual(told, ['0 of 4 done, 1 pending, 3 not listed yet'])
  })

  it('is over at once for nothing', async () => {
    assert.deepEqual(await waitingFor(goals.running, ['pending'], []), { told: [], end: 'reached' })
  })
})
