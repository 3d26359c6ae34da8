// SPDX-License-Identifier: BSD-2-Clause
// Rules that a decision by chance would bury: lists, quotas, contracts, and what Eucalyptus has otherwise than AWS.
import assert from 'node:assert/strict'
import { Refusal } from '../../../src/engine/errors'
import { globOf, partsOf } from '../../../src/engine/glob'
import type { Context, NamedPolicy, Principal, Standing } from '../../../src/engine/policy/contracts'
import { decide, mayPerhaps } from '../../../src/engine/policy/decide'
import { compilePolicy, policyProblem } from '../../../src/engine/policy/document'
import { judge } from '../../../src/engine/policy/judge'
import { contractsOf } from '../../../src/engine/policy/lifetimes'
import { limitsOf } from '../../../src/engine/policy/quotas'
import { chanceOf, Generator } from './generator'

type Part = Record<string, unknown>

const named = (statements: readonly Part[], type: NamedPolicy['type'] = 'user'): NamedPolicy => ({
  name: type,
  type,
  policy: compilePolicy(
    JSON.stringify({
      Version: '2012-10-17',
      Statement: statements.map(part => ({ Effect: 'Allow', Action: '*', ...part })),
    }),
    type === 'resource' ? 'resource' : 'identity',
  ),
})

const says = (part: Part, action: string, resource: string, context: Context = {}): string =>
  judge([named([{ Resource: '*', ...part }])], { action, resource, context }).effect

const standing = (parts: Partial<Standing>): Standing => ({
  isUnbound: false,
  isAccountAdmin: false,
  account: '111111111111',
  principals: [],
  accountPolicies: [],
  identityPolicies: [],
  ...parts,
})

const image = 'arn:aws:ec2:eucalyptus:111111111111:image/emi-1'
const ask = { action: 'ec2:RunInstances', resource: image, context: {} }

describe('A resource', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['arn:aws:ec2:::image/*', image, true],
    ['arn:aws:ec2:::IMAGE/EMI-1', image, true],
    ['arn:aws:ec2:other::image/*', image, false],
    ['arn:aws:ec2::222222222222:image/*', image, false],
    ['arn:aws:ec2:*:image/emi-1*', image, false],
    ['arn:aws:ec2:*', image, true],
    ['arn:aws:*', image, true],
    ['arn:aws:s3:::b/*', 'arn:aws:s3:::b', false],
    ['arn:aws:s3:::b*', 'arn:aws:s3:::b/a:b', true],
    ['arn:aws:s3:::B', 'arn:aws:s3:::b', false],
    ['arn:aws:s3:::b/?', 'arn:aws:s3:::b/😀', true],
    ['arn:aws:ec2:::keypair/k', 'arn:aws:ec2:::key-pair/k', true],
    ['arn:aws:ec2:::key-pair/k', 'arn:aws:ec2:::keypair/k', true],
    ['arn:aws:ec2:::availability-zone/*', 'arn:aws:ec2:::availabilityzone/one', true],
    ['arn:aws:ec2:::elastic-ip/10.0.0.1', 'arn:aws:ec2:::address/10.0.0.1', true],
    ['arn:aws:ec2:::address/10.0.0.1-10.0.0.3', 'arn:aws:ec2:::elastic-ip/10.0.0.2', true],
    ['arn:aws:ec2:::address/10.0.0.1-10.0.0.3', 'arn:aws:ec2:::address/10.0.0.4', false],
    ['arn:aws:euare::111111111111:user/*', 'arn:aws:iam::111111111111:user/a', true],
    [image, '*', false],
  ]
  for (const [pattern, resource, matches] of cases) {
    it(`${pattern} ${matches ? 'is' : 'is not'} ${resource}`, () => {
      assert.equal(says({ Resource: pattern }, 'ec2:RunInstances', resource), matches ? 'allow' : 'none')
    })
  }

  it('has variables of 2012-10-17 alone', () => {
    const document = (Version: string) =>
      compilePolicy(
        JSON.stringify({
          Version,
          Statement: { Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::${aws:username}' },
        }),
        'identity',
      )
    const effect = (version: string, resource: string) =>
      judge([{ name: '', type: 'user', policy: document(version) }], {
        action: 's3:ListBucket',
        resource,
        context: { 'aws:username': ['bob'] },
      }).effect
    assert.equal(effect('2012-10-17', 'arn:aws:s3:::bob'), 'allow')
    assert.equal(effect('2011-04-01', 'arn:aws:s3:::bob'), 'none')
    assert.equal(effect('2011-04-01', 'arn:aws:s3:::${aws:username}'), 'allow')
  })
})

describe('A wildcard', () => {
  it('takes no character twice', () => {
    const matches = (pattern: string, text: string) => globOf(partsOf(pattern))(text)
    assert.ok(matches('a*bc*c', 'abcc'))
    assert.ok(!matches('a*bc*c', 'abc'))
    assert.ok(!matches('ab*ba', 'aba'))
    assert.ok(matches('*', '') && matches('**', '') && !matches('?', ''))
    assert.ok(matches('*b?*', 'abbc') && !matches('*b?', 'ab'))
  })
})

describe('A principal', () => {
  const invites = (Principal: unknown, type: Principal['type'], id: string): boolean =>
    judge([named([{ Resource: '*', Principal }], 'resource')], ask, [{ type, id }]).effect === 'allow'

  it('of everybody is no service', () => {
    assert.ok(invites('*', 'AWS', 'anonymous'))
    assert.ok(!invites('*', 'Service', 'ec2.amazonaws.com'))
    assert.ok(invites({ Service: 'EC2.amazonaws.com' }, 'Service', 'ec2.amazonaws.com'))
  })
  it('is an account by its number and by its root', () => {
    assert.ok(invites({ AWS: '111111111111' }, 'AWS', 'arn:aws:iam::111111111111:root'))
    assert.ok(invites({ AWS: 'arn:aws:iam::111111111111:root' }, 'AWS', '111111111111'))
    assert.ok(!invites({ AWS: '111111111111' }, 'AWS', 'arn:aws:iam::111111111111:user/a'))
  })
})

describe('A condition', () => {
  const holds = (operator: string, key: string, value: unknown, context: Context): boolean =>
    says({ Condition: { [operator]: { [key]: value } } }, 'a:B', '*', context) === 'allow'

  it('finds keys in any case, and none that every object has', () => {
    assert.ok(holds('StringEquals', 'AWS:UserName', 'bob', { 'aws:username': ['bob'] }))
    assert.ok(holds('Null', 'constructor', 'true', {}))
    assert.ok(holds('Null', '__proto__', 'true', {}))
    assert.ok(!holds('StringLike', 'toString', '*', {}))
  })

  it('compares IPv6, and IPv4 in IPv6', () => {
    const from = (ip: string): Context => ({ 'aws:sourceip': [ip] })
    assert.ok(holds('IpAddress', 'aws:SourceIp', '2001:db8::/32', from('2001:db8:1::1')))
    assert.ok(!holds('IpAddress', 'aws:SourceIp', '2001:db8::/32', from('2001:db9::1')))
    assert.ok(holds('IpAddress', 'aws:SourceIp', '10.0.0.0/8', from('::ffff:10.1.2.3')))
    assert.ok(holds('NotIpAddress', 'aws:SourceIp', '10.0.0.0/8', from('::1')))
  })

  it('knows the same instant however it is written', () => {
    const at: Context = { 'aws:currenttime': ['2014-02-16T12:13:16.500Z'] }
    assert.ok(holds('DateEquals', 'aws:CurrentTime', '2014-02-16T14:13:16.5+02:00', at))
    assert.ok(holds('DateGreaterThan', 'aws:CurrentTime', '1392552796', at))
    assert.ok(holds('DateLessThan', 'aws:CurrentTime', '2014-02-17', at))
  })

  it('is not met where a variable has no value, or several', () => {
    const condition = { StringNotEquals: { 'aws:username': '${x:name}' } }
    const user = { 'aws:username': ['bob'] }
    assert.equal(says({ Condition: condition }, 'a:B', '*', user), 'none')
    assert.equal(says({ Condition: condition }, 'a:B', '*', { ...user, 'x:name': ['a', 'b'] }), 'none')
    assert.equal(says({ Condition: condition }, 'a:B', '*', { ...user, 'x:name': ['a'] }), 'allow')
  })
})

describe('A list', () => {
  const perhaps = (statements: readonly Part[], context: Context = {}): boolean =>
    mayPerhaps(standing({ identityPolicies: [named(statements)] }), {
      action: 'ec2:DescribeImages',
      resource: '*',
      context,
    })

  it('may be asked for by who may see one resource', () => {
    assert.ok(perhaps([{ Resource: image }]))
    assert.ok(!perhaps([{ Action: 's3:*', Resource: '*' }]))
  })
  it('may be asked for where only a resource can tell', () => {
    const tagged = { StringEquals: { 'ec2:ResourceTag/a': 'b' } }
    assert.ok(perhaps([{ Resource: '*', Condition: tagged }]))
    assert.ok(perhaps([{ Resource: '*' }, { Effect: 'Deny', Resource: '*', Condition: tagged }]))
    assert.ok(perhaps([{ Resource: '*' }, { Effect: 'Deny', NotResource: image }]))
  })
  it('is refused where the request is', () => {
    const near = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }
    assert.ok(!perhaps([{ Resource: '*', Condition: near }]))
    assert.ok(!perhaps([{ Resource: '*', Condition: near }], { 'aws:sourceip': ['8.8.8.8'] }))
    assert.ok(perhaps([{ Resource: '*', Condition: near }], { 'aws:sourceip': ['10.8.8.8'] }))
    assert.ok(!perhaps([{ Resource: '*' }, { Effect: 'Deny', Resource: '*' }]))
  })
})

describe('A quota', () => {
  const limit = (most: string, part: Part = {}): Part => ({
    Effect: 'Limit',
    Action: 'ec2:RunInstances',
    Resource: '*',
    Condition: { NumericLessThanEquals: { 'ec2:Quota-VmInstanceNumber': most } },
    ...part,
  })
  const who = standing({
    accountPolicies: [named([limit('20')], 'account')],
    identityPolicies: [
      named([limit('3'), limit('9', { Resource: 'arn:aws:ec2:::volume/*' })]),
      named([limit('5')], 'group'),
    ],
  })

  it('holds at every level, for what it is about', () => {
    const found = (key: string, action = ask.action) =>
      limitsOf(who, { ...ask, action }, key).map(({ scope, most }) => [scope, most])
    assert.deepEqual(found('EC2:quota-vminstancenumber'), [
      ['account', 20],
      ['user', 3],
      ['group', 5],
    ])
    assert.deepEqual(found('ec2:quota-volumenumber'), [])
    assert.deepEqual(found('ec2:quota-vminstancenumber', 'ec2:StartInstances'), [])
  })
  it('is none for the administrators of the cloud', () => {
    assert.deepEqual(limitsOf({ ...who, isUnbound: true }, ask, 'ec2:quota-vminstancenumber'), [])
  })
  it('allows nothing, denies nothing and gates nothing', () => {
    assert.equal(decide(who, ask).reason, 'implicit-deny')
    assert.equal(decide({ ...who, isAccountAdmin: true }, ask).reason, 'account-administrator')
  })
})

describe('A contract', () => {
  const now = new Date('2014-02-16T12:00:00Z')
  const end = (...conditions: readonly Part[]) => {
    const policies = [named(conditions.map(Condition => ({ Resource: '*', Condition })))]
    const decision = decide(standing({ identityPolicies: policies }), ask)
    assert.ok(decision.allowed)
    return contractsOf(decision.by, now)?.toISOString()
  }
  it('decides nothing, and says when an instance has to end', () => {
    assert.equal(end({}), undefined)
    assert.equal(end({ NumericEquals: { 'ec2:KeepAlive': '1440' } }), '2014-02-17T12:00:00.000Z')
    assert.equal(
      end({ DateEquals: { 'ec2:ExpirationTime': '2014-03-01T00:00:00Z' } }),
      '2014-03-01T00:00:00.000Z',
    )
  })
  it('counts as the longest, where there are several', () => {
    const minutes = { NumericEquals: { 'ec2:KeepAlive': ['60', '30'] } }
    assert.equal(end(minutes, { NumericEquals: { 'ec2:KeepAlive': '90' } }), '2014-02-16T13:30:00.000Z')
    assert.equal(end(minutes, {}), '2014-02-16T13:00:00.000Z')
  })
  it('may be of the account', () => {
    const gate = named(
      [{ Resource: '*', Condition: { NumericEquals: { 'ec2:KeepAlive': '60' } } }],
      'account',
    )
    const { by } = decide(standing({ isAccountAdmin: true, accountPolicies: [gate] }), ask)
    assert.equal(contractsOf(by, now)?.toISOString(), '2014-02-16T13:00:00.000Z')
  })
})

describe('A document by chance', () => {
  it('is read or refused, however it was damaged', () => {
    const generator = new Generator(9)
    const chance = chanceOf(10)
    const pieces = [
      '"',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '\\',
      '${',
      '*',
      '\u0000',
      '😀',
      '__proto__',
      'null',
      '1e999',
      ' ',
    ]
    let refused = 0
    for (let count = 0; count < 5000; count += 1) {
      let text = JSON.stringify(generator.policy('identity'))
      for (let damage = 1 + Math.floor(chance() * 3); damage > 0; damage -= 1) {
        const at = Math.floor(chance() * text.length)
        const piece = pieces[Math.floor(chance() * pieces.length)] ?? ''
        text = text.slice(0, at) + piece + text.slice(at + Math.floor(chance() * 4))
      }
      try {
        judge([{ name: '', type: 'user', policy: compilePolicy(text, 'identity') }], generator.request())
      } catch (error) {
        assert.ok(error instanceof Refusal, text)
        assert.equal(error.code, 'MalformedPolicyDocument')
        assert.notEqual(policyProblem(text, 'identity'), undefined)
        refused += 1
      }
    }
    assert.ok(refused > 1000 && refused < 5000, String(refused))
  })
})
