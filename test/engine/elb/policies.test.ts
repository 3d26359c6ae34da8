// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateAppCookieStickinessPolicyCommand,
  CreateLBCookieStickinessPolicyCommand,
  DescribeLoadBalancerPolicyTypesCommand,
} from '@aws-sdk/client-elastic-load-balancing'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { balancersOf, invalid, refused, unknownBalancer } from './made'
import { certificate, makeBalancerOfThree, on, policyRequests, types } from './policy-requests'

const stripped = certificate.replace(/-----[A-Z ]+-----|\s/g, '')

describe("load balancers' policies", () => {
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

  describe('of AWS', () => {
    it('are shown, with samples, to whoever names no load balancer', async () => {
      const policies = await requests.shown()
      const security = ['2011-08', '2014-01', '2014-10', '2015-02', '2015-03', '2015-05', '2016-08']
      const later = ['TLS-1-1-2017-01', 'TLS-1-2-2017-01']
      assert.deepEqual(
        policies.map(({ PolicyName }) => PolicyName),
        [
          ...['ELBSample-AppCookieStickinessPolicy', 'ELBSample-LBCookieStickinessPolicy'],
          ...[...security, ...later].map(name => `ELBSecurityPolicy-${name}`),
        ],
      )
      assert.deepEqual(requests.attributesOf(policies[0]), { CookieName: 'ELBSampleCookie' })
      assert.deepEqual(requests.attributesOf(policies[1]), { CookieExpirationPeriod: '100' })
      assert.equal((await requests.shown(['ELBSecurityPolicy-2016-08'])).length, 1)
    })

    it('say of every protocol and cipher whether it is enabled', async () => {
      const enabled = async (name: string) => {
        const [policy] = await requests.shown([`ELBSecurityPolicy-${name}`])
        const all = Object.entries(requests.attributesOf(policy))
        return { all: all.length, on: all.filter(([, value]) => value === 'true').map(([key]) => key) }
      }
      const newest = await enabled('2016-08')
      assert.equal(newest.all, 5 + 88)
      assert.deepEqual(newest.on.slice(0, 5), [
        ...['Protocol-TLSv1', 'Protocol-TLSv1.1', 'Protocol-TLSv1.2', 'Server-Defined-Cipher-Order'],
        'ECDHE-ECDSA-AES128-GCM-SHA256',
      ])
      assert.equal(newest.on.length, 4 + 18)
      assert.deepEqual(
        ['DES-CBC3-SHA', 'RC4-SHA', 'DHE-RSA-AES128-SHA'].filter(name => newest.on.includes(name)),
        [],
      )
      assert.equal((await enabled('2015-05')).on.length, newest.on.length + 1)
      assert.equal((await enabled('2015-03')).on.length, newest.on.length + 3)
      assert.equal((await enabled('2015-02')).on.length, newest.on.length + 2)
      assert.equal((await enabled('2014-10')).on.length, newest.on.length + 4)
      assert.equal((await enabled('2014-01')).on.length, newest.on.length + 5)
      assert.deepEqual((await enabled('2011-08')).on.length, 2 + 16)
      assert.equal((await enabled('TLS-1-1-2017-01')).on.length, newest.on.length - 1)
      assert.equal((await enabled('TLS-1-2-2017-01')).on.length, 2 + 12)
    })
  })

  describe('have types', () => {
    const typesShown = async (...PolicyTypeNames: string[]) => {
      const input = PolicyTypeNames.length > 0 ? { PolicyTypeNames } : {}
      const answer = await alice.elb().send(new DescribeLoadBalancerPolicyTypesCommand(input))
      return answer.PolicyTypeDescriptions ?? []
    }

    it('six of them, with their attributes', async () => {
      const all = await typesShown()
      assert.deepEqual(
        all.map(one => [one.PolicyTypeName, one.PolicyAttributeTypeDescriptions?.length]),
        [
          ...[
            [types.app, 1],
            [types.lb, 1],
            [types.ssl, 95],
            [types.back, 1],
            [types.proxy, 1],
            [types.key, 1],
          ],
        ],
      )
      assert.deepEqual(all[3]?.PolicyAttributeTypeDescriptions, [
        { AttributeName: 'PublicKeyPolicyName', AttributeType: 'PolicyName', Cardinality: 'ONE_OR_MORE' },
      ])
      assert.match(all[0]?.Description ?? '', /^Stickiness policy .* only with HTTP\/HTTPS listeners\.$/)
    })

    it('or those that are asked for', async () => {
      assert.deepEqual(
        (await typesShown(types.proxy)).map(one => one.PolicyTypeName),
        [types.proxy],
      )
      assert.deepEqual(await typesShown('x'), [])
    })
  })

  describe('are made', () => {
    it('for cookies of the balancer and of the application', async () => {
      await alice
        .elb()
        .send(
          new CreateLBCookieStickinessPolicyCommand({ ...on, PolicyName: 'a', CookieExpirationPeriod: 60 }),
        )
      await alice.elb().send(new CreateLBCookieStickinessPolicyCommand({ ...on, PolicyName: 'b' }))
      await alice
        .elb()
        .send(
          new CreateAppCookieStickinessPolicyCommand({ ...on, PolicyName: 'c', CookieName: 'JSESSIONID' }),
        )
      await requests.create('d', types.lb, ['CookieExpirationPeriod', '5'])
      assert.deepEqual(await requests.own('a'), { type: types.lb, CookieExpirationPeriod: '60' })
      assert.deepEqual(await requests.own('b'), { type: types.lb })
      assert.deepEqual(await requests.own('c'), { type: types.app, CookieName: 'JSESSIONID' })
      assert.deepEqual(await requests.own('d'), { type: types.lb, CookieExpirationPeriod: '5' })
      const [lb] = await balancersOf(alice, 'lb')
      assert.deepEqual(lb?.Policies?.AppCookieStickinessPolicies, [
        { PolicyName: 'c', CookieName: 'JSESSIONID' },
      ])
    })

    it('with all that a policy they refer to says', async () => {
      const reference = 'ELBSecurityPolicy-2011-08'
      await requests.create(
        'old',
        types.ssl,
        ['Reference-Security-Policy', reference],
        ['AES128-SHA', 'false'],
      )
      const policy = await requests.own('old')
      assert.equal(policy['Reference-Security-Policy'], reference)
      assert.deepEqual([policy['AES128-SHA'], policy['Protocol-TLSv1.2']], ['true', 'false'])
    })

    it('for instances: a key as AWS takes it, or a certificate as Eucalyptus does', async () => {
      await requests.create('whole', types.key, ['PublicKey', certificate])
      await requests.create('bare', types.key, ['PublicKey', stripped])
      await requests.create(
        'auth',
        types.back,
        ['PublicKeyPolicyName', 'whole'],
        ['PublicKeyPolicyName', 'bare'],
      )
      await requests.create('proxy', types.proxy, ['ProxyProtocol', 'TRUE'])
      assert.equal(Object.values(await requests.own('proxy')).at(-1), 'TRUE')
    })

    const no = 'is not valid'
    const refusals: readonly [string, [string, string | undefined][], string][] = [
      [types.app, [], 'There is no attribute CookieName found (Cardinality: ONE)'],
      [types.back, [], 'There is no attribute PublicKeyPolicyName found (Cardinality: ONE_OR_MORE)'],
      [types.key, [['PublicKey', undefined]], 'There is no attribute PublicKey found (Cardinality: ONE)'],
      [types.proxy, [['x', 'true']], 'There is no attribute ProxyProtocol found (Cardinality: ONE)'],
      [types.lb, [['x', '1']], 'Attribute x is not defined in the policy type'],
      [types.ssl, [['AES128-sha', 'true']], 'Attribute AES128-sha is not defined in the policy type'],
      [types.ssl, [['AES128-SHA', 'yes']], `Attribute value yes ${no}`],
      [types.lb, [['CookieExpirationPeriod', '0']], `Attribute value 0 ${no}`],
      [types.lb, [['CookieExpirationPeriod', '1.5']], `Attribute value 1.5 ${no}`],
      [types.lb, [['CookieExpirationPeriod', '99999999999']], `Attribute value 99999999999 ${no}`],
      [types.app, [['CookieName', 'a b']], `Attribute value a b ${no}`],
      [types.app, [['CookieName', 'a;b']], `Attribute value a;b ${no}`],
      [types.app, [['CookieName', 'a\nserver x']], `Attribute value a\nserver x ${no}`],
      [types.key, [['PublicKey', 'abc']], 'PublicKey is invalid'],
      [
        types.proxy,
        [
          ['ProxyProtocol', 'true'],
          ['ProxyProtocol', 'true'],
        ],
        'More than one attribute(ProxyProtocol) is found (Cardinality: ONE)',
      ],
      [types.ssl, [['Reference-Security-Policy', 'x']], 'Referenced security policy x is not found'],
    ]
    it('not with attributes that are wrong', async () => {
      for (const [type, attributes, reason] of refusals)
        await invalid(requests.create('p', type, ...attributes), reason)
      await refused(
        requests.create('p', types.back, ['PublicKeyPolicyName', 'none']),
        'PolicyNotFound',
        'One or more specified policies were not found.',
      )
      assert.deepEqual(
        (await requests.shown(undefined, 'lb')).map(one => one.PolicyName),
        ['ELBSecurityPolicy-2016-08'],
      )
    })

    it('not twice, of no unknown type, with no strange name, nor without what they need', async () => {
      await requests.create('p', types.proxy, ['ProxyProtocol', 'true'])
      const message = 'Policy with the same name exists for this load balancer. Please choose another name.'
      await refused(
        requests.create('p', types.proxy, ['ProxyProtocol', 'true']),
        'DuplicatePolicyName',
        message,
      )
      await refused(requests.create('q', 'x'), 'PolicyTypeNotFound')
      await invalid(requests.create('a_b', types.lb), 'Invalid character found in the policy name')
      await invalid(requests.create('', types.lb), 'policy name must be specified')
      await invalid(requests.create('q', ''), 'policy type name must be specified')
      const period = { ...on, PolicyName: 'q', CookieExpirationPeriod: 0 }
      await invalid(
        alice.elb().send(new CreateLBCookieStickinessPolicyCommand(period)),
        'Expiration period must be bigger than 0',
      )
      const cookie = { ...on, PolicyName: 'q', CookieName: '' }
      await invalid(
        alice.elb().send(new CreateAppCookieStickinessPolicyCommand(cookie)),
        'Cookie name must be specified',
      )
      await invalid(
        alice.elb().send(
          new CreateLBCookieStickinessPolicyCommand({
            ...period,
            LoadBalancerName: '',
            CookieExpirationPeriod: 1,
          }),
        ),
        'Loadbalancer name must be specified',
      )
      const input = { LoadBalancerName: 'x', PolicyName: 'q', CookieName: 'c' }
      await unknownBalancer(alice.elb().send(new CreateAppCookieStickinessPolicyCommand(input)))
    })

    it('a hundred at most', async () => {
      c.engine.write(tx => {
        const balancers = tx.loadBalancers.in(alice.accountId)
        const { policies, ...lb } = balancers.must('lb')
        const more = Array.from({ length: 99 }, (_, index) => ({
          name: `p${index}`,
          typeName: types.lb,
          attributes: [],
        }))
        balancers.put({ ...lb, policies: [...policies, ...more] })
      })
      await refused(requests.create('p', types.lb), 'TooManyPolicies')
    })
  })
})
