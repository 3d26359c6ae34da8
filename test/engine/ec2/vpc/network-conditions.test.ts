// SPDX-License-Identifier: BSD-2-Clause
// What policies can say of networks beside which thing may be touched, and what nobody learns by being refused.
import assert from 'node:assert/strict'
import * as ec2Sdk from '@aws-sdk/client-ec2'
import { ec2 as service } from '../../../../src/engine/ec2'
import { inputOf, membersOf } from '../../../../src/schemas/shapes'
import { type Clients, type Cloud, cloud } from '../../../support/cloud'
import { attempt } from '../../attempt'
import { haveInstance } from '../instance'
import { arnIn, type Person, person, type Statement } from '../people'
import { haveNetworks, type NetworkThings, networkAttempts, networkCases } from './network-cases'

const denied = 'UnauthorizedOperation'

describe('policies on networks', () => {
  let c: Cloud
  let alice: Clients
  let bob: Clients
  let carl: Person
  let hers: NetworkThings
  let arn: (type: string, id?: string) => string

  before(async () => {
    c = await cloud({ networking: 'vpc' })
    alice = await c.account('alice')
    bob = await c.account('bob')
    carl = person(c, alice, 'carl')
    hers = haveNetworks(c, alice)
    arn = arnIn(alice.accountId)
  })
  after(() => c.close())

  const all: Statement = { Action: 'ec2:*' }
  const deny = (Action: string, Resource = '*', Condition?: object): Statement => ({
    ...{ Effect: 'Deny', Action, Resource },
    ...(Condition && { Condition }),
  })
  const ask = (name: string, input: object) =>
    attempt(carl.ec2(), ec2Sdk, name, { ...input, DryRun: true }).then(({ code = 'done' }) => code)

  it('keep whoever may not tag from making things with tags', async () => {
    const inputs = new Map(networkCases(hers, () => '').map(([name, input]) => [name, input]))
    const makers = Object.keys(service.operations).filter(name => {
      const members = membersOf(
        inputOf((service.operations[name] as (typeof service.operations)['x']).schema),
      )
      return inputs.has(name) && members.some(member => member.name === 'TagSpecifications')
    })
    assert.ok(makers.length >= 12, String(makers))
    const typeOf = new Map([
      ['AllocateAddress', 'elastic-ip'],
      ['CreateNatGateway', 'natgateway'],
    ])
    const usual = (name: string) =>
      name.replace(/^Create/, '').replace(/(?<=.)[A-Z]/g, letter => `-${letter}`)
    for (const name of makers) {
      const ResourceType = typeOf.get(name) ?? usual(name).toLowerCase()
      const tagged = {
        ...inputs.get(name),
        TagSpecifications: [{ ResourceType, Tags: [{ Key: 'team', Value: 'a' }] }],
      }
      carl.may(all)
      assert.notEqual(await ask(name, tagged), denied, name)
      carl.may(all, deny('ec2:CreateTags'))
      assert.equal(await ask(name, tagged), denied, name)
      carl.may(all, deny('ec2:CreateTags', '*', { StringEquals: { 'ec2:CreateAction': name } }))
      assert.equal(await ask(name, tagged), denied, name)
      carl.may(all, deny(`ec2:${name}`, '*', { StringEquals: { 'aws:RequestTag/team': 'a' } }))
      assert.equal(await ask(name, tagged), denied, name)
    }
  })

  it('see where something is made: the VPC, the subnet, and the zone also when the cloud chooses it', async () => {
    const inZone = (zone: string) => ({ StringEquals: { 'ec2:AvailabilityZone': zone } })
    const subnet = { VpcId: hers.vpc, CidrBlock: '10.0.7.0/24' }
    carl.may(all, deny('ec2:CreateSubnet', arn('subnet'), inZone('PARTI00')))
    assert.equal(await ask('CreateSubnet', subnet), denied)
    assert.equal(await ask('CreateSubnet', { ...subnet, AvailabilityZone: 'parti01' }), 'DryRunOperation')
    const inVpc = { ArnEquals: { 'ec2:Vpc': arn('vpc', hers.vpc) } }
    carl.may(all, deny('*', '*', inVpc))
    for (const [name, input] of [
      ['CreateSubnet', subnet],
      ['CreateRouteTable', { VpcId: hers.vpc.toUpperCase() }],
      ['CreateNetworkAcl', { VpcId: hers.vpc }],
      ['CreateSecurityGroup', { GroupName: 'web', Description: 'web', VpcId: hers.vpc }],
      ['CreateNetworkInterface', { SubnetId: hers.subnet.toUpperCase() }],
      ['DeleteSubnet', { SubnetId: hers.subnet }],
      [
        'ModifyNetworkInterfaceAttribute',
        { NetworkInterfaceId: hers.networkInterface, Description: { Value: 'x' } },
      ],
    ] as const) {
      assert.equal(await ask(name, input), denied, name)
    }
    carl.may(all, deny('*', arn('subnet', hers.subnet)))
    for (const [name, input] of [
      ['CreateNatGateway', { SubnetId: hers.subnet, AllocationId: hers.natAllocation }],
      ['CreateNetworkInterface', { SubnetId: hers.subnet }],
      ['RunInstances', { ImageId: 'emi-00000000', MinCount: 1, MaxCount: 1, SubnetId: hers.subnet }],
    ] as const) {
      assert.equal(await ask(name, input), denied, name)
    }
  })

  it('are asked about all that a change of an instance may be', async () => {
    const InstanceId = 'i-0000c0c0'
    haveInstance(c, { id: InstanceId, account: alice.accountId, state: 'stopped' })
    const group = c.engine.read(
      tx => tx.securityGroups.list().find(one => one.account === alice.accountId)?.id,
    )
    const both = { InstanceId, InstanceType: { Value: 'm3.2xlarge' }, Groups: [group] }
    carl.may(all, deny('ec2:ModifyInstanceAttribute', arn('vmtype', 'm3.2xlarge')))
    assert.equal(await ask('ModifyInstanceAttribute', both), denied)
    carl.may(all, deny('ec2:ModifyInstanceAttribute', arn('security-group', group)))
    assert.equal(await ask('ModifyInstanceAttribute', both), denied)
    // Only who may do both is told that they are not done together.
    carl.may(all)
    assert.equal(await ask('ModifyInstanceAttribute', both), 'InvalidParameterCombination')
  })

  it('refuse what is another account’s as what is not there, in the same words', async () => {
    const own = haveNetworks(c, bob)
    let number = 0
    const unknown = Object.fromEntries(
      Object.entries(hers).map(([name, id]) => [
        name,
        id.replace(/[0-9a-f]{8}$/, () => (0xfeed0000 + number++).toString(16)),
      ]),
    ) as NetworkThings
    // Ids, and the reason for those who may decode it.
    const said = ({ code, message }: { code?: string; message?: string }) => [
      code,
      message?.replace(/\b[a-z]+(-attach)?-[0-9a-f]{8}\b/g, 'id').replace(/(?<=failure message: ).*/, ''),
    ]
    const send = (who: Pick<Clients, 'ec2'>, [name, input]: readonly [string, object]) => {
      const Command = (ec2Sdk as unknown as Record<string, new (input: object) => never>)[`${name}Command`]
      assert.ok(Command, name)
      return who
        .ec2()
        .send(new Command(input))
        .then(
          () => ({ code: 'done' }),
          (error: Error & { Code?: string }) => ({ code: error.Code ?? error.name, message: error.message }),
        )
    }
    const nobody = person(c, bob, 'nobody')
    nobody.may({ Action: 's3:*' })
    for (const who of [bob, nobody]) {
      const others = networkAttempts(unknown, own)
      for (const [index, one] of networkAttempts(hers, own).entries()) {
        const other = others[index] ?? one
        assert.deepEqual(said(await send(who, one)), said(await send(who, other)), JSON.stringify(one))
      }
    }
  })
})
