// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { CreateLoadBalancerListenersCommand } from '@aws-sdk/client-elastic-load-balancing'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { invalid, refused } from './made'
import { certificate, makeBalancerOfThree, on, policyRequests, types } from './policy-requests'

describe("where load balancers' policies hold", () => {
  let c: Cloud
  let alice: Clients
  let requests: ReturnType<typeof policyRequests>
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    await makeBalancerOfThree(c, alice)
    requests = policyRequests(alice)
  })
  afterEach(() => c.close())

  it('hold for listeners that speak TLS from the start, and may be set without being made', async () => {
    assert.deepEqual(await requests.held(), [[80], [443, 'ELBSecurityPolicy-2016-08'], [25]])
    assert.equal((await requests.own('ELBSecurityPolicy-2016-08'))['AES256-SHA'], 'true')
    await requests.ofListener(443, 'ELBSecurityPolicy-TLS-1-2-2017-01')
    assert.deepEqual((await requests.held())[1], [443, 'ELBSecurityPolicy-TLS-1-2-2017-01'])
    await requests.ofListener(443)
    assert.deepEqual((await requests.held())[1], [443])
  })

  describe('hold for listeners', () => {
    beforeEach(async () => {
      await requests.create('a', types.lb)
      await requests.create('b', types.app, ['CookieName', 'x'])
      await requests.create('tls', types.ssl, ['Protocol-TLSv1.2', 'true'])
      await requests.create('tls2', types.ssl, ['Protocol-TLSv1.1', 'true'])
      await requests.create('proxy', types.proxy, ['ProxyProtocol', 'true'])
    })

    it('that they fit, in place of those from before', async () => {
      await requests.ofListener(80, 'a')
      await requests.ofListener(443, 'tls', 'b', 'b')
      assert.deepEqual(await requests.held(), [[80, 'a'], [443, 'tls', 'b'], [25]])
      await requests.ofListener(80)
      assert.deepEqual((await requests.held())[0], [80])
    })

    it('and for no others', async () => {
      const sticky = 'Session stickiness policy can be associated with only HTTP/HTTPS'
      await invalid(requests.ofListener(25, 'a'), sticky)
      await invalid(requests.ofListener(25, 'b'), sticky)
      await invalid(requests.ofListener(80, 'a', 'b'), 'Only one cookie stickiness policy can be set')
      await invalid(requests.ofListener(80, 'proxy'), 'ProxyProtocolPolicyType cannot be set to listeners')
      await invalid(
        requests.ofListener(80, 'tls'),
        'SSL negotiation policy can be associated with only HTTPS/SSL',
      )
      await invalid(requests.ofListener(443, 'tls', 'tls2'), 'Only one SSL negotiation policy can be set')
      await invalid(requests.ofListener(65536, 'a'), 'Invalid port number specified')
      await refused(requests.ofListener(81, 'a'), 'ListenerNotFound')
      await refused(requests.ofListener(80, 'a', 'none'), 'PolicyNotFound')
      assert.deepEqual((await requests.held())[1], [443, 'ELBSecurityPolicy-2016-08'])
    })

    it('which keeps them from being deleted', async () => {
      await requests.ofListener(80, 'a')
      await invalid(requests.remove('a'), 'The policy is enabled for listeners')
      await requests.ofListener(80)
      await requests.remove('a')
      await requests.remove('a')
      assert.deepEqual(await requests.shown(['a'], 'lb'), [])
      await invalid(requests.remove(''), 'policy name must be specified')
    })
  })

  describe('hold for ports of instances', () => {
    beforeEach(async () => {
      await requests.create('key', types.key, ['PublicKey', certificate])
      await requests.create('auth', types.back, ['PublicKeyPolicyName', 'key'])
      await requests.create('proxy', types.proxy, ['ProxyProtocol', 'true'])
      await requests.create('a', types.lb)
    })

    it('that they fit, in place of those from before', async () => {
      await requests.ofBackend(8443, 'auth')
      await requests.ofBackend(2525, 'proxy')
      assert.deepEqual((await requests.held()).slice(3), [
        [2525, 'proxy'],
        [8443, 'auth'],
      ])
      await requests.ofBackend(8443)
      assert.deepEqual((await requests.held()).slice(3), [[2525, 'proxy']])
    })

    it('and for no others', async () => {
      const only =
        'Only BackendServerAuthenticationPolicyType and ProxyProtocolPolicyType can be set to backend server'
      await invalid(requests.ofBackend(8443, 'a'), only)
      await invalid(requests.ofBackend(8443, 'key'), only)
      await invalid(
        requests.ofBackend(8888, 'auth'),
        'Policies of BackendServerAuthenticationPolicyType can be set to only HTTPS/SSL instance protocol',
      )
      await invalid(
        requests.ofBackend(8888, 'proxy'),
        'Policies of ProxyProtocolPolicyType can be set to only TCP/SSL instance protocol',
      )
      await invalid(
        requests.ofBackend(9999),
        'Listener with the specified backend instance port is not found',
      )
      await invalid(requests.ofBackend(-1), 'Invalid port number specified')
      await refused(requests.ofBackend(8443, 'none'), 'PolicyNotFound')
      assert.equal((await requests.held()).length, 3)
    })

    it('which keeps them from being deleted, and their keys', async () => {
      await requests.ofBackend(8443, 'auth')
      const message = 'The policy is enabled for backend servers'
      await invalid(requests.remove('auth'), message)
      await invalid(requests.remove('key'), message)
      await requests.ofBackend(8443)
      await requests.remove('auth')
      await requests.remove('key')
    })
  })

  it('a listener that is added keeps to them', async () => {
    const SSLCertificateId = `arn:aws:iam::${alice.accountId}:server-certificate/cert`
    const Listeners = [{ Protocol: 'SSL', LoadBalancerPort: 465, InstancePort: 2525, SSLCertificateId }]
    await alice.elb().send(new CreateLoadBalancerListenersCommand({ ...on, Listeners }))
    assert.deepEqual((await requests.held()).at(-1), [465, 'ELBSecurityPolicy-2016-08'])
  })
})
