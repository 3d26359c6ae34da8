// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
} from '@aws-sdk/client-elastic-load-balancing'
import { type Cloud, cloud } from '../../../support/cloud'
import { haveInstance } from '../../ec2/instance'
import { type Resource, type Workshop, workshop } from './workshop'

const type = 'AWS::ElasticLoadBalancing::LoadBalancer'

const listener = (port: number, more: object = {}) => ({
  ...{ Protocol: 'HTTP', LoadBalancerPort: String(port), InstancePort: '8888' },
  ...more,
})
const balancer = (listeners: readonly object[], more: object = {}) =>
  ({ AvailabilityZones: ['PARTI00', 'PARTI01'], Listeners: listeners, ...more }) as never

describe('load balancers of stacks', () => {
  let c: Cloud
  let shop: Workshop
  beforeEach(async () => {
    c = await cloud()
    shop = workshop(c, { tags: [{ key: 'team', value: 'console' }] })
  })
  afterEach(() => c.close())

  const described = async ({ made }: Resource) => {
    const input = { LoadBalancerNames: [made.ref] }
    const { LoadBalancerDescriptions: [found] = [] } = await c
      .elb()
      .send(new DescribeLoadBalancersCommand(input))
    return found ?? assert.fail('it is not there')
  }
  const attributesOf = async ({ made }: Resource) =>
    (await c.elb().send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerName: made.ref })))
      .LoadBalancerAttributes
  const portsOf = async (resource: Resource) =>
    Object.fromEntries(
      ((await described(resource)).ListenerDescriptions ?? []).map(({ Listener, PolicyNames }) => [
        Listener?.LoadBalancerPort,
        PolicyNames,
      ]),
    )
  const policiesOf = async (resource: Resource) => {
    const { Policies } = await described(resource)
    return {
      app: (Policies?.AppCookieStickinessPolicies ?? []).map(({ PolicyName, CookieName }) =>
        [PolicyName, CookieName].join(' '),
      ),
      balancer: (Policies?.LBCookieStickinessPolicies ?? []).map(({ PolicyName }) => PolicyName),
      other: Policies?.OtherPolicies ?? [],
    }
  }

  it('its name is cut to 32 characters, and its attributes are what the service shows', async () => {
    const resource = await shop.make('TheConsolesOwnLoadBalancer', type, balancer([listener(80)]))
    const { made } = resource
    assert.match(made.ref, /^console-\w+-[A-Z0-9]{13}$/)
    assert.equal(made.ref.length, 32)
    const shown = await described(resource)
    assert.equal(made.attributes.DNSName, shown.DNSName)
    assert.equal(made.attributes['SourceSecurityGroup.GroupName'], shown.SourceSecurityGroup?.GroupName)
    assert.equal(made.attributes['SourceSecurityGroup.OwnerAlias'], shown.SourceSecurityGroup?.OwnerAlias)
    assert.deepEqual(shown.AvailabilityZones, ['PARTI00', 'PARTI01'])
  })

  it('all that a template can say of it is set, and taken back', async () => {
    haveInstance(c, { id: 'i-00000001' })
    const HealthCheck = {
      ...{ Target: 'HTTP:8888/', Interval: '30', Timeout: '5' },
      ...{ HealthyThreshold: '3', UnhealthyThreshold: '5' },
    }
    const resource = await shop.make(
      'Front',
      type,
      balancer([listener(80)], {
        ...{ CrossZone: 'true', ConnectionSettings: { IdleTimeout: '120' }, HealthCheck },
        ConnectionDrainingPolicy: { Enabled: true, Timeout: 10 },
        Instances: ['i-00000001'],
        Tags: [{ Key: 'role', Value: 'front' }],
      }),
    )
    const shown = await described(resource)
    assert.deepEqual(shown.HealthCheck, {
      ...{ Target: 'HTTP:8888/', Interval: 30, Timeout: 5, HealthyThreshold: 3, UnhealthyThreshold: 5 },
    })
    assert.deepEqual(shown.Instances, [{ InstanceId: 'i-00000001' }])
    const set = await attributesOf(resource)
    assert.deepEqual(set?.CrossZoneLoadBalancing, { Enabled: true })
    assert.deepEqual(set?.ConnectionSettings, { IdleTimeout: 120 })
    assert.deepEqual(set?.ConnectionDraining, { Enabled: true, Timeout: 10 })
    const { TagDescriptions = [] } = await c
      .elb()
      .send(new DescribeTagsCommand({ LoadBalancerNames: [resource.made.ref] }))
    const tags = Object.fromEntries((TagDescriptions[0]?.Tags ?? []).map(({ Key, Value }) => [Key, Value]))
    assert.deepEqual(tags, {
      'aws:cloudformation:logical-id': 'Front',
      'aws:cloudformation:stack-id': `arn:aws:cloudformation::${c.accountId}:stack/console/${shop.stack.id}`,
      'aws:cloudformation:stack-name': 'console',
      role: 'front',
      team: 'console',
    })
    const bare = balancer([listener(80)], { AvailabilityZones: ['PARTI01'] })
    const changed = await shop.change(resource, bare)
    const now = await described(changed)
    assert.deepEqual(now.AvailabilityZones, ['PARTI01'])
    assert.deepEqual(now.Instances, [])
    assert.equal(now.HealthCheck?.Target, 'TCP:8888')
    const after = await attributesOf(changed)
    assert.deepEqual(after?.CrossZoneLoadBalancing, { Enabled: false })
    assert.deepEqual(after?.ConnectionSettings, { IdleTimeout: 60 })
    assert.equal(after?.ConnectionDraining?.Enabled, false)
  })

  it('listeners come and go, and those that stay are not touched', async () => {
    const resource = await shop.make('Front', type, balancer([listener(80), listener(81), listener(82)]))
    const wanted = balancer([listener(80), listener(82, { InstancePort: '9999' }), listener(83)])
    const changed = await shop.change(resource, wanted)
    const { ListenerDescriptions = [] } = await described(changed)
    const ports = ListenerDescriptions.map(({ Listener }) =>
      [Listener?.LoadBalancerPort, Listener?.InstancePort].join(' '),
    )
    assert.deepEqual(ports.sort(), ['80 8888', '82 9999', '83 8888'])
  })

  const tcp = { Protocol: 'TCP', LoadBalancerPort: '90', InstancePort: '9090' }
  const sticky = {
    AppCookieStickinessPolicy: [{ PolicyName: 'app', CookieName: 'session' }],
    LBCookieStickinessPolicy: [{ PolicyName: 'lb', CookieExpirationPeriod: '60' }],
    Policies: [
      {
        ...{ PolicyName: 'proxy', PolicyType: 'ProxyProtocolPolicyType', InstancePorts: ['9090'] },
        Attributes: [{ Name: 'ProxyProtocol', Value: true }],
      },
    ],
  }

  it('policies of all three kinds hold where listeners and policies say', async () => {
    const listeners = [listener(80, { PolicyNames: ['app'] }), listener(81, { PolicyNames: ['lb'] }), tcp]
    const resource = await shop.make('Front', type, balancer(listeners, sticky))
    assert.deepEqual(await portsOf(resource), { 80: ['app'], 81: ['lb'], 90: [] })
    assert.deepEqual(await policiesOf(resource), { app: ['app session'], balancer: ['lb'], other: ['proxy'] })
    const { BackendServerDescriptions } = await described(resource)
    assert.deepEqual(BackendServerDescriptions, [{ InstancePort: 9090, PolicyNames: ['proxy'] }])
  })

  it('a policy that changes is made anew where it holds, and one that goes is taken off first', async () => {
    const listeners = [listener(80, { PolicyNames: ['app'] }), listener(81, { PolicyNames: ['lb'] }), tcp]
    const resource = await shop.make('Front', type, balancer(listeners, sticky))
    const other = [{ PolicyName: 'app', CookieName: 'another' }]
    const wanted = balancer([listener(80, { PolicyNames: ['app'] }), listener(81), listener(82)], {
      AppCookieStickinessPolicy: other,
    })
    const changed = await shop.change(resource, wanted)
    assert.deepEqual(await portsOf(changed), { 80: ['app'], 81: [], 82: [] })
    assert.deepEqual(await policiesOf(changed), { app: ['app another'], balancer: [], other: [] })
    assert.deepEqual((await described(changed)).BackendServerDescriptions, [])
    const again = await shop.change(changed, balancer(listeners, sticky))
    assert.deepEqual(await portsOf(again), { 80: ['app'], 81: ['lb'], 90: [] })
    assert.deepEqual(await policiesOf(again), { app: ['app session'], balancer: ['lb'], other: ['proxy'] })
  })

  it('a policy for a port without a listener is refused', () => {
    const Policies = [{ PolicyName: 'p', PolicyType: 'T', LoadBalancerPorts: ['81'] }]
    assert.throws(() => shop.begin('Front', type, balancer([listener(80)], { Policies })), {
      message: /^(Policy p has a load balancer port of 81, which has no listener defined|.*policy type.*)$/i,
    })
  })

  it('one that is there already is not taken over, though the service would let it be made again', async () => {
    const name = 'mine'
    await c.elb().send(
      new CreateLoadBalancerCommand({
        LoadBalancerName: name,
        AvailabilityZones: ['PARTI00'],
        Listeners: [{ Protocol: 'HTTP', LoadBalancerPort: 80, InstancePort: 8888 }],
      }),
    )
    const given = balancer([listener(80)], { LoadBalancerName: name, AvailabilityZones: ['PARTI00'] })
    assert.throws(() => shop.begin('Front', type, given), { message: 'mine already exists' })
  })

  it('another one of the same name, made by hand since, is left alone', async () => {
    const LoadBalancerName = 'mine'
    const given = balancer([listener(80)], { LoadBalancerName, AvailabilityZones: ['PARTI00'] })
    const resource = shop.begin('Front', type, given)
    await c.elb().send(new DeleteLoadBalancerCommand({ LoadBalancerName }))
    const Listeners = [{ Protocol: 'HTTP', LoadBalancerPort: 80, InstancePort: 80 }]
    const again = { LoadBalancerName, AvailabilityZones: ['PARTI00'], Listeners }
    await c.elb().send(new CreateLoadBalancerCommand(again))
    await shop.remove(resource)
    assert.equal((await described(resource)).LoadBalancerName, 'mine')
  })

  it('what the service refuses leaves nothing behind', () => {
    const wrong = balancer([listener(80)], {
      HealthCheck: {
        ...{ Target: 'nonsense', Interval: 30, Timeout: 5 },
        ...{ HealthyThreshold: 3, UnhealthyThreshold: 5 },
      },
    })
    assert.throws(() => shop.begin('Front', type, wrong), { name: 'Refusal' })
    assert.deepEqual(
      c.engine.read(tx => tx.loadBalancers.list()),
      [],
    )
  })
})
