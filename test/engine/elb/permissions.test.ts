// SPDX-License-Identifier: BSD-2-Clause
// Users of load balancing who are no administrators: what they may do is what policies say, balancer by balancer.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-elastic-load-balancing'
import { elb as service } from '../../../src/engine/elb'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { type Person, person, type Statement } from '../ec2/people'
import { http } from './made'
import { type Case, casesOf, haveThings, lists, wholeLists } from './permission-cases'

interface Sent {
  send(command: never): Promise<unknown>
}

const send = async (who: Pick<Clients, 'elb'>, operation: string, input: object) => {
  const commands = sdk as unknown as Record<string, new (input: never) => unknown>
  const Command = commands[`${operation}Command`]
  assert.ok(Command, operation)
  try {
    const output = await (who.elb() as unknown as Sent).send(new Command(input as never) as never)
    return { code: '', message: '', status: 200, text: JSON.stringify(output) }
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
    return { code: name.replace(/Exception$/, ''), message, status: $metadata?.httpStatusCode ?? 0, text: '' }
  }
}

describe('a user of load balancing', () => {
  let c: Cloud
  let alice: Clients
  let carl: Person
  let cases: readonly Case[]

  const records = (): string =>
    c.engine.read(tx =>
      JSON.stringify([
        tx.loadBalancers.everywhere(),
        tx.balancedInstances.list(),
        tx.balancerAddresses.list(),
        tx.securityGroups.list(),
      ]),
    )

  const arn = (name: string) =>
    `arn:aws:elasticloadbalancing:eucalyptus:${alice.accountId}:loadbalancer/${name}`
  const leave = (operation: string, name: string, Effect: Statement['Effect'] = 'Allow'): Statement => ({
    ...{ Effect, Action: `elasticloadbalancing:${operation}`, Resource: name === '*' ? '*' : arn(name) },
  })

  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    cases = casesOf(await haveThings(c, alice))
    carl = person(c, alice, 'carl')
  })
  after(() => c.close())

  it('has a case here for every operation that there is', () => {
    const had = new Set<string>([...cases, ...lists].map(({ operation }) => operation).concat(wholeLists))
    assert.deepEqual(
      Object.keys(service.operations).filter(name => !had.has(name)),
      [],
    )
  })

  const everything = () => [...cases, ...lists, ...wholeLists.map(operation => ({ operation, input: {} }))]

  it('may do nothing without a policy, or with one of other actions, is told so, and changes nothing', async () => {
    const was = records()
    const powerless = [
      () => carl.mayNothing(),
      () => carl.may({ Action: 'elasticloadbalancing:*Not' }, { Action: 'ec2:*' }),
    ]
    for (const make of powerless) {
      make()
      for (const { operation, input } of everything()) {
        const { code, message, status } = await send(carl, operation, input)
        assert.deepEqual([operation, code, status], [operation, 'AccessDenied', 403])
        assert.equal(message, 'User is not authorized to perform this operation.')
      }
    }
    assert.equal(records(), was)
  })

  it('is told that there is no such balancer when his leave is for another, or it is denied him', async () => {
    const was = records()
    for (const { operation, input, on } of cases) {
      for (const statements of [
        [leave(operation, `${on}0`)],
        [leave(operation, '*'), leave(operation, on, 'Deny')],
      ]) {
        carl.may(...statements)
        const { code } = await send(carl, operation, input)
        const expected = on === 'new' ? 'AccessDenied' : 'AccessPointNotFound'
        assert.deepEqual([operation, code], [operation, expected])
      }
    }
    assert.equal(records(), was)
  })

  it('sees of lists what a policy lets him see', async () => {
    for (const { operation, input, shows } of lists) {
      carl.may(leave(operation, 'web'))
      const seen = await send(carl, operation, input)
      assert.ok(seen.text.includes(shows), `${operation}: ${seen.code} ${seen.text}`)
      assert.ok(!seen.text.includes('spare'), operation)
      for (const hiding of [
        [leave(operation, 'spare')],
        [leave(operation, '*'), leave(operation, 'web', 'Deny')],
      ]) {
        carl.may(...hiding)
        const unseen = await send(carl, operation, input)
        assert.deepEqual([operation, unseen.code, unseen.text.includes(shows)], [operation, '', false])
      }
      assert.ok((await send(alice, operation, input)).text.includes(shows), operation)
    }
    for (const operation of wholeLists) {
      carl.may(leave(operation, 'other'))
      assert.equal((await send(carl, operation, {})).code, '', operation)
    }
  })

  it('finds tags that he may not see as little as those of nothing', async () => {
    carl.may(leave('DescribeTags', 'spare'))
    assert.equal(
      (await send(carl, 'DescribeTags', { LoadBalancerNames: ['web'] })).code,
      'AccessPointNotFound',
    )
  })

  it('goes by names with wildcards, and by tags', async () => {
    const enable = (LoadBalancerName: string) =>
      send(carl, 'EnableAvailabilityZonesForLoadBalancer', {
        ...{ LoadBalancerName, AvailabilityZones: ['PARTI00'] },
      })
    carl.may(leave('*', 'w*'))
    assert.deepEqual([(await enable('web')).code, (await enable('spare')).code], ['', 'AccessPointNotFound'])
    for (const key of ['elasticloadbalancing:ResourceTag/tier', 'aws:ResourceTag/tier']) {
      carl.may({ Action: 'elasticloadbalancing:*', Condition: { StringEquals: { [key]: 'none' } } })
      assert.deepEqual(
        [(await enable('web')).code, (await enable('spare')).code],
        ['AccessPointNotFound', ''],
      )
    }
  })

  it('goes by the protocols, the scheme, the groups, the subnets and the tags that are asked for', async () => {
    const where = (operation: string, condition: object) =>
      carl.may({ Action: `elasticloadbalancing:${operation}`, Condition: condition })
    const make = (more: object = {}) =>
      send(carl, 'CreateLoadBalancer', {
        ...{ LoadBalancerName: 'made', Listeners: [http], AvailabilityZones: ['PARTI00'], ...more },
      })
    const encrypted = {
      'ForAllValues:StringEquals': { 'elasticloadbalancing:ListenerProtocol': ['HTTPS', 'SSL'] },
    }
    where('*', encrypted)
    assert.equal((await make()).code, 'AccessDenied')
    const more = { LoadBalancerName: 'web', Listeners: [{ ...http, LoadBalancerPort: 82 }] }
    assert.equal((await send(carl, 'CreateLoadBalancerListeners', more)).code, 'AccessPointNotFound')
    where('*', { StringEquals: { 'elasticloadbalancing:Scheme': 'internal' } })
    assert.equal((await make()).code, 'AccessDenied')
    assert.equal((await make({ Scheme: 'internal' })).code, 'InvalidConfigurationRequest')
    where('*', { StringNotEquals: { 'elasticloadbalancing:Scheme': 'internet-facing' } })
    assert.equal((await make({ Scheme: '' })).code, 'AccessDenied')
    where('*', { StringNotEquals: { 'elasticloadbalancing:Subnet': 'subnet-1' } })
    assert.equal((await make({ Subnets: ['SUBNET-1'] })).code, 'AccessDenied')
    where('*', { StringNotEquals: { 'elasticloadbalancing:SecurityGroup': 'sg-1' } })
    assert.equal((await make({ SecurityGroups: ['SG-1'] })).code, 'AccessDenied')
    where('*', { StringEquals: { 'elasticloadbalancing:Subnet': 'subnet-1' } })
    assert.equal((await make({ Subnets: ['subnet-2'] })).code, 'AccessDenied')
    assert.equal((await make({ Subnets: ['subnet-1'] })).code, 'SubnetNotFound')
    const subnets = (name: string) => ({ LoadBalancerName: 'web', Subnets: [name] })
    const attach = 'AttachLoadBalancerToSubnets'
    assert.equal((await send(carl, attach, subnets('subnet-2'))).code, 'AccessPointNotFound')
    assert.equal((await send(carl, attach, subnets('subnet-1'))).code, 'InvalidConfigurationRequest')
    where('*', { StringEquals: { 'elasticloadbalancing:SecurityGroup': 'sg-1' } })
    assert.equal((await make({ SecurityGroups: ['sg-2'] })).code, 'AccessDenied')
    assert.equal((await make({ SecurityGroups: ['sg-1'] })).code, 'InvalidConfigurationRequest')
    where('*', { StringEquals: { 'aws:RequestTag/team': 'a' } })
    assert.equal((await make({ Tags: [{ Key: 'team', Value: 'b' }] })).code, 'AccessDenied')
    const tag = (Value: string) => ({ LoadBalancerNames: ['web'], Tags: [{ Key: 'team', Value }] })
    assert.equal((await send(carl, 'AddTags', tag('b'))).code, 'AccessDenied')
    assert.equal((await send(carl, 'AddTags', tag('a'))).code, '')
    assert.equal((await make({ Tags: [{ Key: 'team', Value: 'a' }] })).code, '')
    where('*', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['other'] } })
    const untag = { LoadBalancerNames: ['web'], Tags: [{ Key: 'team' }] }
    assert.equal((await send(carl, 'RemoveTags', untag)).code, 'AccessPointNotFound')
  })

  it('may do what a policy allows on just the balancer that it is about', async () => {
    for (const { operation, input, on, refused = '' } of cases) {
      carl.may(leave(operation, on))
      const { code, message } = await send(carl, operation, input)
      assert.deepEqual([operation, code], [operation, refused], message)
    }
  })
})
