// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  DescribeInternetGatewaysCommand,
  DetachInternetGatewayCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2'
import { type Clients, type Cloud, cloud } from '../../../support/cloud'
import { refused } from '../expect'
import { haveInstanceInVpc, homeOf } from './interfaces'

describe('internet gateways', () => {
  let c: Cloud
  let alice: Clients
  let ec2: EC2Client
  let home: ReturnType<typeof homeOf>
  beforeEach(async () => {
    c = await cloud({ networking: 'vpc' })
    alice = await c.account('alice')
    ec2 = alice.ec2()
    home = homeOf(c, alice)
  })
  afterEach(() => c.close())

  const create = async () => (await ec2.send(new CreateInternetGatewayCommand({}))).InternetGateway
  const gatewayOf = (vpc: string) =>
    c.engine.read(tx => tx.internetGateways.list().find(({ vpcId }) => vpcId === vpc)?.id)

  it('are of their account’s VPCs, and five at most', async () => {
    const InternetGatewayId = (await create())?.InternetGatewayId
    const foreign = homeOf(c, c).vpcId
    const attach = (VpcId: string, client = ec2) =>
      client.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId }))
    await refused(attach(foreign), 'InvalidVpcID.NotFound')
    c.engine.write(tx => {
      const { vpcId: _, ...free } = tx.internetGateways.must(gatewayOf(foreign) ?? '')
      tx.internetGateways.put(free)
    })
    // Not even by an administrator, who knows both.
    await refused(attach(foreign, c.ec2()), 'InvalidVpcID.NotFound')
    for (let count = 2; count < 5; count += 1) await create()
    await refused(create(), 'InternetGatewayLimitExceeded')
  })

  it('stay while somebody is reached by them', async () => {
    haveInstanceInVpc(c, 'i-00000001', { who: alice, isPublic: true })
    const InternetGatewayId = gatewayOf(home.vpcId)
    const detach = ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId: home.vpcId }))
    await refused(detach, 'DependencyViolation', /mapped public address/)
  })

  it('are found by every filter that AWS has', async () => {
    await create()
    const found = async (Name: string, Value: string) =>
      (await ec2.send(new DescribeInternetGatewaysCommand({ Filters: [{ Name, Values: [Value] }] })))
        .InternetGateways?.length
    assert.equal(await found('attachment.state', 'available'), 1)
    assert.equal(await found('attachment.vpc-id', home.vpcId), 1)
    assert.equal(await found('owner-id', alice.accountId), 2)
    assert.equal(await found('internet-gateway-id', gatewayOf(home.vpcId) ?? ''), 1)
    await refused(found('colour', 'green'), 'InvalidParameterValue')
  })
})
