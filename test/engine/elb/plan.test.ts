// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createPublicKey, X509Certificate } from 'node:crypto'
import { AuthorizeSecurityGroupIngressCommand, CreateSecurityGroupCommand } from '@aws-sdk/client-ec2'
import {
  ConfigureHealthCheckCommand,
  DeregisterInstancesFromLoadBalancerCommand,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing'
import { type BalancerPlan, balancerPlans, planOf } from '../../../src/engine/elb/plan'
import { publicKeyOf } from '../../../src/engine/elb/plan-policies'
import type { BalancedInstance, LoadBalancer } from '../../../src/engine/elb/schema'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { haveInstance } from '../ec2/instance'
import { makeBalancer } from './made'
import { certificate, makeBalancerOfThree, policyRequests, types } from './policy-requests'

describe('plans of load balancers', () => {
  let c: Cloud
  let alice: Clients
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
  })
  afterEach(() => c.close())

  const balancer = (): LoadBalancer => c.engine.read(tx => tx.loadBalancers.in(alice.accountId).must('lb'))
  const change = (more: Partial<LoadBalancer>) =>
    c.engine.write(tx => tx.loadBalancers.in(alice.accountId).put({ ...balancer(), ...more }))
  const plan = (): BalancerPlan => c.engine.read(tx => planOf(tx, balancer()))

  it('are there for every balancer of the cloud', async () => {
    assert.deepEqual(c.engine.read(balancerPlans), [])
    await makeBalancer(alice, 'lb')
    await makeBalancer(c, 'lb')
    const plans = c.engine.read(balancerPlans)
    assert.deepEqual(
      plans.map(({ key }) => key).sort(),
      [`${alice.accountId}/lb`, `${c.accountId}/lb`].sort(),
    )
    assert.equal(new Set(plans.map(({ address }) => address)).size, 2)
    const { id, address } = balancer()
    assert.deepEqual(plan(), {
      ...{ key: `${alice.accountId}/lb`, id, address, account: alice.accountId, name: 'lb' },
      dnsName: `lb-${alice.accountId}.lb.eucalyptus.internal`,
      idleSeconds: 60,
      accessLogs: balancer().attributes.accessLogs,
      listeners: [{ port: 80, protocol: 'HTTP', instancePort: 8888, instanceProtocol: 'HTTP' }],
      backends: [{ instancePort: 8888, proxyProtocol: false, publicKeys: [] }],
      targets: [],
      check: { protocol: 'TCP', port: 8888, timeoutSeconds: 5 },
    })
  })

  describe('say of listeners', () => {
    let requests: ReturnType<typeof policyRequests>
    beforeEach(async () => {
      await makeBalancerOfThree(c, alice)
      requests = policyRequests(alice)
    })
    const listener = (port: number) => plan().listeners.find(one => one.port === port)

    it('what certificate they show, as long as it is there', () => {
      assert.deepEqual(listener(443)?.certificate, { body: 'certificate', privateKey: 'key' })
      assert.deepEqual([listener(80)?.certificate, listener(80)?.tls], [undefined, undefined])
      c.engine.write(tx => tx.serverCertificates.in(alice.accountId).delete('cert'))
      assert.deepEqual([listener(443)?.certificate, listener(443)?.tls?.protocols.length], [undefined, 3])
    })

    it('what they speak: what the policy says, or else the newest of AWS', async () => {
      const newest = listener(443)?.tls
      assert.deepEqual(newest?.protocols, ['TLSv1.0', 'TLSv1.1', 'TLSv1.2'])
      assert.deepEqual([newest?.ciphers.length, newest?.ciphers[0]], [18, 'ECDHE-ECDSA-AES128-GCM-SHA256'])
      assert.equal(newest?.isServersOrder, true)
      await requests.ofListener(443)
      assert.deepEqual(listener(443)?.tls, newest)
      const own: [string, string][] = [
        ['Protocol-TLSv1.2', 'true'],
        ['Protocol-TLSv1.1', 'false'],
        ['Protocol-SSLv2', 'true'],
        ['AES256-SHA256', 'true'],
        ['AES128-GCM-SHA256', 'true'],
      ]
      await requests.create('own', types.ssl, ...own)
      await requests.ofListener(443, 'own')
      assert.deepEqual(listener(443)?.tls, {
        ...{ protocols: ['TLSv1.2'], isServersOrder: false },
        // In the order in which they were given.
        ciphers: ['AES256-SHA256', 'AES128-GCM-SHA256'],
      })
      await requests.create('modern', types.ssl, ['Protocol-TLSv1.2', 'true'])
      await requests.ofListener(443, 'modern')
      assert.deepEqual([listener(443)?.tls?.protocols, listener(443)?.tls?.ciphers.length], [['TLSv1.2'], 18])
      await requests.create('old', types.ssl, ['Reference-Security-Policy', 'ELBSecurityPolicy-2014-01'])
      await requests.ofListener(443, 'old')
      assert.deepEqual(listener(443)?.tls?.protocols, ['SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2'])
    })

    it('how they are sticky', async () => {
      await requests.create('a', types.lb, ['CookieExpirationPeriod', '60'])
      await requests.create('b', types.lb)
      await requests.create('c', types.app, ['CookieName', 'JSESSIONID'])
      for (const [name, stickiness] of [
        ['a', { kind: 'balancer', seconds: 60 }],
        ['b', { kind: 'balancer' }],
        ['c', { kind: 'application', cookie: 'JSESSIONID' }],
      ] as const) {
        await requests.ofListener(80, name)
        assert.deepEqual(listener(80)?.stickiness, stickiness)
      }
    })

    it('what is asked of instances and told to them', async () => {
      await requests.create('key', types.key, ['PublicKey', certificate])
      await requests.create('auth', types.back, ['PublicKeyPolicyName', 'key'])
      await requests.create('proxy', types.proxy, ['ProxyProtocol', 'True'])
      await requests.create('straight', types.proxy, ['ProxyProtocol', 'false'])
      await requests.ofBackend(8443, 'auth')
      await requests.ofBackend(2525, 'straight')
      assert.equal(plan().backends.at(-1)?.proxyProtocol, false)
      await requests.ofBackend(2525, 'proxy')
      const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'pem' })
      assert.deepEqual(plan().backends, [
        { instancePort: 8888, proxyProtocol: false, publicKeys: [] },
        { instancePort: 8443, proxyProtocol: false, publicKeys: [key] },
        { instancePort: 2525, proxyProtocol: true, publicKeys: [] },
      ])
      // A key as AWS takes it is the same.
      const bare = key.toString().replace(/-----[A-Z ]+-----|\s/g, '')
      assert.equal(publicKeyOf(bare), key)
      assert.equal(createPublicKey(publicKeyOf(bare) ?? '').type, 'public')
    })
  })

  describe('say of instances', () => {
    let group: string
    beforeEach(async () => {
      await makeBalancer(alice, 'lb', { AvailabilityZones: ['PARTI00', 'PARTI01'] })
      const made = { GroupName: 'web', Description: 'web' }
      group = (await alice.ec2().send(new CreateSecurityGroupCommand(made))).GroupId ?? ''
      await alice.ec2().send(
        new AuthorizeSecurityGroupIngressCommand({
          ...{ GroupName: 'web', IpProtocol: 'tcp', FromPort: 8888, ToPort: 8888, CidrIp: '127.0.0.0/8' },
        }),
      )
    })
    const key = () => `${alice.accountId}/lb`
    const have = async (id: string, more: object = {}) => {
      haveInstance(c, { id, account: alice.accountId, groupIds: [group], ...more })
      const input = { LoadBalancerName: 'lb', Instances: [{ InstanceId: id }] }
      await alice.elb().send(new RegisterInstancesWithLoadBalancerCommand(input))
    }
    const found = (id: string, health: BalancedInstance['health']) =>
      c.engine.write(tx => tx.balancedInstances.put({ ...tx.balancedInstances.must(key(), id), health }))
    const target = (id: string) => plan().targets.find(({ instanceId }) => instanceId === id)

    it('nothing comes to them before they pass their checks, nor when they do not any more', async () => {
      await have('i-0000000a')
      assert.deepEqual(plan().targets, [
        {
          ...{ instanceId: 'i-0000000a', address: '127.110.0.1', zone: 'PARTI00' },
          ...{ state: 'rests', ports: [8888] },
        },
      ])
      found('i-0000000a', 'passing')
      assert.equal(target('i-0000000a')?.state, 'serves')
      found('i-0000000a', 'failing')
      assert.equal(target('i-0000000a')?.state, 'rests')
    })

    it('nor while their zone is disabled, and they are none while they do not run', async () => {
      await have('i-0000000a')
      found('i-0000000a', 'passing')
      change({ zones: ['PARTI01'] })
      assert.equal(target('i-0000000a')?.state, 'rests')
      c.engine.write(tx => tx.instances.put({ ...tx.instances.must('i-0000000a'), state: 'stopping' }))
      assert.deepEqual(plan().targets, [])
    })

    it('which ports groups let the balancer reach, those of checks too', async () => {
      await have('i-0000000a')
      await have('i-0000000b', { groupIds: [] })
      const check = { Interval: 30, UnhealthyThreshold: 2, HealthyThreshold: 2 }
      const configure = (Target: string, Timeout = 5) => {
        const HealthCheck = { ...check, Target, Timeout }
        return alice.elb().send(new ConfigureHealthCheckCommand({ LoadBalancerName: 'lb', HealthCheck }))
      }
      // Nobody could answer in no time.
      await configure('HTTPS:9999/up', 0)
      assert.equal(plan().check?.timeoutSeconds, 1)
      await configure('HTTPS:9999/up')
      assert.deepEqual(plan().check, { protocol: 'HTTPS', port: 9999, path: '/up', timeoutSeconds: 5 })
      assert.deepEqual(target('i-0000000a')?.ports, [8888])
      assert.deepEqual(target('i-0000000b')?.ports, [])
      const rule = { GroupName: 'web', IpProtocol: 'tcp', FromPort: 9999, ToPort: 9999 }
      await alice
        .ec2()
        .send(new AuthorizeSecurityGroupIngressCommand({ ...rule, CidrIp: `${balancer().address}/32` }))
      assert.deepEqual(target('i-0000000a')?.ports, [8888, 9999])
    })

    it('they drain until their time is over', async () => {
      const { attributes } = balancer()
      change({ attributes: { ...attributes, draining: { enabled: true, timeoutSeconds: 30 } } })
      await have('i-0000000a')
      found('i-0000000a', 'passing')
      const input = { LoadBalancerName: 'lb', Instances: [{ InstanceId: 'i-0000000a' }] }
      await alice.elb().send(new DeregisterInstancesFromLoadBalancerCommand(input))
      assert.equal(target('i-0000000a')?.state, 'drains')
      // Whether its task has come or not.
      c.clock.advance(30)
      assert.deepEqual(plan().targets, [])
    })

    it('each zone has the same share, unless requests go across zones', async () => {
      for (const [id, zone] of [
        ['i-0000000a', 'PARTI00'],
        ['i-0000000b', 'PARTI01'],
        ['i-0000000c', 'PARTI01'],
        ['i-0000000d', 'PARTI01'],
      ] as const) {
        await have(id, { zone })
      }
      const weights = () => plan().targets.map(({ weight }) => weight)
      const unset = [undefined, undefined, undefined, undefined]
      assert.deepEqual(weights(), unset)
      for (const id of ['i-0000000a', 'i-0000000b', 'i-0000000c']) found(id, 'passing')
      assert.deepEqual(weights(), [100, 50, 50, 50])
      found('i-0000000d', 'passing')
      assert.deepEqual(weights(), [100, 33, 33, 33])
      // A zone without anybody to serve has no share.
      found('i-0000000a', 'failing')
      assert.deepEqual(weights(), unset)
      found('i-0000000a', 'passing')
      change({ attributes: { ...balancer().attributes, crossZone: true } })
      assert.deepEqual(weights(), unset)
    })
  })
})
