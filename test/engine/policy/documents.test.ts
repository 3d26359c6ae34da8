// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { Refusal } from '../../../src/engine/errors'
import { compilePolicy, policyProblem } from '../../../src/engine/policy/document'
import { placeOf } from '../../../src/engine/policy/json'
import type { PolicyKind } from '../../../src/engine/policy/statement'

const base = { Effect: 'Allow', Action: 'ec2:RunInstances', Resource: '*' }
const one = (statement: object, rest: object = { Version: '2012-10-17' }): string =>
  JSON.stringify({ ...rest, Statement: { ...base, ...statement } })
const without = (name: keyof typeof base, added: object = {}): string => {
  const { [name]: _, ...rest } = base
  return JSON.stringify({ Statement: { ...rest, ...added } })
}
const when = (operator: string, key: string, value: unknown): string =>
  one({ Condition: { [operator]: { [key]: value } } })
const limit = (operator: string, key: string, value: unknown): string =>
  one({ Effect: 'Limit', Condition: { [operator]: { [key]: value } } })
const nested = (depth: number): string => `{"Statement":${'['.repeat(depth)}${']'.repeat(depth)}}`

const refusals: readonly (readonly [string, string, PolicyKind?])[] = [
  ['', 'Empty input policy text'],
  [' \n', 'Empty input policy text'],
  ['x', "Unexpected character ('x') at line 1, column 1"],
  ['{', 'Unexpected end of input at line 1, column 2'],
  ['\ufeff{}', 'Unexpected character (U+FEFF) at line 1, column 1'],
  ['{\u001b}', 'Unexpected character (U+001B) at line 1, column 2'],
  ['{"Statement":[]\n,}', "Unexpected character ('}') at line 2, column 2"],
  ['{} {}', "Unexpected character ('{') at line 1, column 4"],
  ["{'Statement':[]}", "Unexpected character (''') at line 1, column 2"],
  ['{"Statement":01}', "Unexpected character ('1') at line 1, column 15"],
  ['{"Statement":"\\x"}', `Unexpected character ('"') at line 1, column 14`],
  ['{"Statement":"\t"}', `Unexpected character ('"') at line 1, column 14`],
  ['{"Statement":NaN}', "Unexpected character ('N') at line 1, column 14"],
  ['[]', 'Policy has syntax error'],
  ['"*"', 'Policy has syntax error'],
  ['null', 'Policy has syntax error'],
  ['{}', 'Expecting required element Statement'],
  ['{"Statement":[]}', 'Expecting required element Statement'],
  ['{"Statement":"*"}', 'Statement element can only be an object or a list of objects'],
  ['{"Statement":[[]]}', 'Statement element can only be an object or a list of objects'],
  ['{"Statement":[],"Statement":[]}', "Duplicate field 'Statement'"],
  [one({}).replace('{"Effect"', '{"Action":"*","Effect"'), "Duplicate field 'Action'"],
  [nested(20), 'Policy is nested too deeply'],
  [nested(7000), 'Policy is nested too deeply'],
  [one({}, { Version: '2013-01-01' }), 'Invalid policy version'],
  [one({}, { Version: 2012 }), 'Invalid policy version'],
  [one({}, { Version: ['2012-10-17'] }), 'Invalid policy version'],
  [one({}, { Id: 1 }), 'Id element can only be String'],
  [one({}, { Statements: [] }), 'Unknown element Statements'],
  [one({ Actions: '*' }), 'Unknown element Actions'],
  [one({}).replace('"Effect"', '"__proto__":{},"Effect"'), 'Unknown element __proto__'],
  [one({ Sid: 1 }), 'Sid element can only be String or a list of String'],
  [without('Effect'), 'Missing required element Effect'],
  [one({ Effect: null }), 'Effect can not be empty'],
  [one({ Effect: 'allow' }), 'Invalid Effect value: allow'],
  [without('Action'), 'Element Action or NotAction is required'],
  [one({ NotAction: '*' }), 'Element Action and NotAction can not be both present'],
  [one({ Action: [] }), 'Empty action values'],
  [one({ Action: 3 }), 'Action element can only be String or a list of String'],
  [one({ Action: ['*', null] }), 'Action element can only be String or a list of String'],
  [one({ Action: 'RunInstances' }), "'runinstances' is not a valid action"],
  [one({ Action: '*:*' }), "'*:*' is not a valid action"],
  [one({ Action: '' }), "'' is not a valid action"],
  [without('Resource'), 'Element Resource or NotResource is required'],
  [one({ NotResource: '*' }), 'Element Resource and NotResource can not be both present'],
  [one({ Resource: [] }), 'Empty resource values'],
  [one({ Resource: {} }), 'Resource element can only be String or a list of String'],
  [one({ Resource: 'my-bucket' }), "'my-bucket' is not a valid ARN"],
  [one({ Resource: 'arn:aws:s3:::' }), "'arn:aws:s3:::' is not a valid ARN"],
  [one({ Resource: 'arn:aws:s3:b' }), "'arn:aws:s3:b' is not a valid ARN"],
  [one({ Resource: 'arn:other:s3:::b' }), "'arn:other:s3:::b' is not a valid ARN"],
  [one({ Resource: 'arn:aws:s3:::${aws:username' }), "Invalid policy variable in '${aws:username'"],
  [one({ Resource: 'arn:aws:s3:::${}' }), "Invalid policy variable in '${}'"],
  [one({ Resource: 'arn:aws:s3:::${a:${b}}' }), "Invalid policy variable in '${a:${b}}'"],
  [one({ Resource: 'arn:aws:s3:::${a:b,c}' }), "Invalid policy variable in '${a:b,c}'"],
  [
    one({ Resource: 'arn:aws:ec2:${aws:region}::instance/*' }),
    "'arn:aws:ec2:${aws:region}::instance/*' is not a valid ARN",
  ],
  [one({ Principal: '*' }), 'Policy document should not specify a principal.'],
  [one({ NotPrincipal: { AWS: '*' } }), 'Policy document should not specify a principal.'],
  [one({ Condition: [] }), 'Condition element can only be an object'],
  [one({ Condition: { Bool: 'true' } }), 'Bool element can only be an object'],
  [when('StringSame', 'aws:username', 'x'), "Condition type 'StringSame' is not supported"],
  [when('constructor', 'aws:username', 'x'), "Condition type 'constructor' is not supported"],
  [when('NullIfExists', 'aws:username', 'true'), "Condition type 'NullIfExists' is not supported"],
  [when('ForSome:Bool', 'a:b', 'true'), "Condition type 'ForSome:Bool' is not supported"],
  [when('StringLike', ' ', 'x'), 'Empty key name'],
  [when('StringLike', 'aws:username', []), "No value for key 'aws:username'"],
  [when('StringLike', 'aws:username', {}), 'aws:username element can only be String or a list of String'],
  [
    when('NumericEquals', 's3:max-keys', 'ten'),
    'Invalid value format for s3:max-keys: ten. Number is required.',
  ],
  [
    when('DateLessThan', 'aws:CurrentTime', '2014-02-30'),
    'Invalid value format for aws:currenttime: 2014-02-30. Date (ISO8601) is required.',
  ],
  [
    when('Bool', 'aws:SecureTransport', 'yes'),
    'Invalid value format for aws:securetransport: yes. Boolean is required.',
  ],
  [
    when('Null', 'aws:TokenIssueTime', 'maybe'),
    'Invalid value format for aws:TokenIssueTime: maybe. Boolean is required.',
  ],
  [when('BinaryEquals', 'a:b', '!'), 'Invalid value format for a:b: !. Base64 is required.'],
  ...['300.1.1.1', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::1/129', 'fe80::1%eth0', ''].map(
    value =>
      [
        when('IpAddress', 'aws:SourceIp', value),
        `Invalid value format for aws:sourceip: ${value}. IPv4 address or CIDR (RFC4632) is required.`,
      ] as const,
  ),
  [when('ArnLike', 'aws:SourceArn', 'x'), "'x' is not a valid ARN"],
  [
    limit('NumericLessThanEquals', 'ec2:quota-nothing', '1'),
    "Condition key 'ec2:quota-nothing' is not supported",
  ],
  [
    limit('NumericLessThanEquals', 'aws:username', '1'),
    "Quota statement can only use quota keys.'aws:username' is invalid.",
  ],
  [
    limit('NumericLessThan', 'ec2:quota-volumenumber', '1'),
    'ec2:quota-volumenumber is not allowed in condition NumericLessThan. NumericLessThanEquals is required.',
  ],
  [
    limit('NumericLessThanEquals', 'ec2:quota-volumenumber', ['1', '2']),
    "Quota key 'ec2:quota-volumenumber' can only have one value",
  ],
  [
    limit('NumericLessThanEquals', 'ec2:quota-volumenumber', '-1'),
    'Invalid value for ec2:quota-volumenumber: -1. Must be 0 or positive.',
  ],
  [
    limit('NumericLessThanEquals', 'ec2:quota-volumenumber', 'many'),
    'Invalid value format for ec2:quota-volumenumber: many. Integer is required.',
  ],
  [
    when('NumericLessThanEquals', 'ec2:quota-volumenumber', '1'),
    "Condition key 'ec2:quota-volumenumber' is not supported",
  ],
  [
    when('NumericLessThan', 'ec2:KeepAlive', '60'),
    'ec2:keepalive is not allowed in condition NumericLessThan. NumericEquals is required.',
  ],
  [
    when('NumericEquals', 'ec2:KeepAlive', '1.5'),
    'Invalid value format for ec2:keepalive: 1.5. Integer is required.',
  ],
  [
    when('DateEquals', 'ec2:ExpirationTime', 'later'),
    'Invalid value format for ec2:expirationtime: later. Date (ISO8601) is required.',
  ],
  [one({}), 'Element Principal or NotPrincipal is required', 'resource'],
  [without('Resource', { Principal: '*' }), 'Element Resource or NotResource is required', 'resource'],
  [one({ Principal: '*', Effect: 'Limit' }), 'Invalid Effect value: Limit', 'resource'],
  [
    one({ Principal: '*', NotPrincipal: '*' }),
    'Element Principal and NotPrincipal can not be both present',
    'resource',
  ],
  [
    one({ Principal: {} }),
    'One of element AWS or Service or Federated or CanonicalUser is required',
    'resource',
  ],
  [
    one({ Principal: { User: 'x' } }),
    'One of element AWS or Service or Federated or CanonicalUser is required',
    'resource',
  ],
  [one({ Principal: { AWS: [] } }), 'Empty principal values', 'resource'],
  [one({ Principal: { AWS: [1] } }), 'AWS element can only be String or a list of String', 'resource'],
  [one({ Principal: 'alice' }), 'Invalid principal in policy: "alice"', 'resource'],
  [one({ Principal: ['*'] }), 'Invalid principal in policy: "Principal"', 'resource'],
  ...['alice', '12345678901', 'arn:aws:iam::123456789012:group/g', 'arn:aws:iam::123456789012:user/*'].map(
    id =>
      [one({ Principal: { AWS: id } }), `Invalid principal in policy: "AWS":"${id}"`, 'resource'] as const,
  ),
  [
    one({ Principal: { CanonicalUser: 'x' } }),
    'Invalid principal in policy: "CanonicalUser":"x"',
    'resource',
  ],
  [one({ Principal: { Service: 'ec2.amazonaws.com' } }), 'Has prohibited field Resource', 'trust'],
  [without('Resource'), 'Element Principal or NotPrincipal is required', 'trust'],
]

describe('A policy document', () => {
  for (const [text, message, kind = 'identity'] of refusals) {
    it(`is refused (${kind}): ${text.length > 100 ? `${text.slice(0, 100)}…` : JSON.stringify(text)}`, () => {
      assert.throws(
        () => compilePolicy(text, kind),
        (error: Refusal) => {
          assert.ok(error instanceof Refusal)
          assert.deepEqual([error.code, error.status], ['MalformedPolicyDocument', 400])
          assert.equal(error.message, `Error in uploaded policy: ${message}`)
          return true
        },
      )
      assert.equal(policyProblem(text, kind), message)
    })
  }

  it('may have as many characters as the limit says, and no more', () => {
    const padded = (length: number): string => one({}) + ' '.repeat(length - one({}).length)
    assert.equal(policyProblem(padded(16_384), 'identity'), undefined)
    assert.equal(policyProblem(padded(16_385), 'identity'), 'Policy size is too large')
    const bucket = one({ Principal: '*' })
    const large = bucket + ' '.repeat(20_480 - bucket.length)
    assert.equal(policyProblem(large, 'resource'), undefined)
    assert.equal(policyProblem(`${large} `, 'resource'), 'Policy size is too large')
  })

  it('may be of each version there was, or of none', () => {
    for (const Version of ['2008-10-17', '2011-04-01', '2012-10-17', undefined]) {
      assert.equal(policyProblem(one({}, { Version, Id: 'mine' }), 'identity'), undefined)
    }
  })

  it('may have no conditions, empty conditions, and values that are numbers or truth values', () => {
    const statements = [
      { Condition: {} },
      { Condition: { Bool: {} } },
      { Condition: { Bool: { 'aws:SecureTransport': true } } },
      { Condition: { NumericLessThan: { 's3:max-keys': [10, '20'] } } },
      {
        Condition: {
          IpAddress: { 'aws:SourceIp': ['10.0.0.1', '10.0.0.0/8', '2001:db8::/32', '0.0.0.0/0'] },
        },
      },
      { Condition: { streq: { 'aws:username': 'x' } } },
      { Condition: { 'ForAllValues:StringLikeIfExists': { 'aws:TagKeys': ['a', 'b*'] } } },
      { Sid: 'any text, as Eucalyptus has it' },
      { Resource: ['arn:aws:s3:::${aws:username}/*', 'arn:aws:ec2:*', 'arn:aws:euare::123456789012:user/x'] },
    ]
    for (const statement of statements) assert.equal(policyProblem(one(statement), 'identity'), undefined)
  })

  it('may name principals in every way', () => {
    const principals = [
      '*',
      { AWS: '*' },
      { AWS: ['123456789012', 'arn:aws:iam::123456789012:root', 'arn:aws:iam::123456789012:user/a/b'] },
      { AWS: 'arn:aws:sts::123456789012:assumed-role/r/s', CanonicalUser: 'a'.repeat(64) },
      { AWS: 'AIDAAAAAAAAAAAAAAAAAA' },
      { Service: 'ec2.amazonaws.com', Federated: 'accounts.google.com' },
    ]
    for (const Principal of principals) assert.equal(policyProblem(one({ Principal }), 'resource'), undefined)
    for (const NotPrincipal of principals) {
      assert.equal(policyProblem(one({ NotPrincipal }), 'resource'), undefined)
    }
  })

  it('tells where each statement stands', () => {
    const text =
      '{ "Statement": [\n  {"Effect":"Allow","Action":"*","Resource":"*"},\n\t{"Sid":"ü","Effect":"Deny","Action":"*","Resource":"*"} ] }'
    const places = compilePolicy(text, 'identity').statements.map(({ sid, start, end }) => [
      sid,
      text[start],
      text[end - 1],
      placeOf(text, start),
      placeOf(text, end),
    ])
    assert.deepEqual(places, [
      [undefined, '{', '}', { line: 2, column: 3 }, { line: 2, column: 49 }],
      ['ü', '{', '}', { line: 3, column: 2 }, { line: 3, column: 57 }],
    ])
  })

  it('costs little time, whatever is in it', () => {
    const started = process.cpuUsage().user
    const hostile = [
      '['.repeat(16_384),
      '{"a":'.repeat(3000),
      `"${'\\u0000'.repeat(2700)}"`,
      `{"Statement":"${'\\'.repeat(16_000)}"}`,
      `{"Statement":${'1'.repeat(16_000)}}`,
      one({ Resource: `arn:aws:s3:::${'${a:b}'.repeat(2500)}` }),
      one({ Resource: `arn:aws:s3:::${'${'.repeat(8000)}` }),
      one({ Resource: `arn:aws:s3:::${"${a:b,'".repeat(2300)}` }),
      one({ Resource: `arn:aws:s3:::${'*?'.repeat(8000)}` }),
      one({ Action: Array.from({ length: 1600 }, () => 'a:b*c?') }),
      when('NumericEquals', 'a:b', '9'.repeat(16_000)),
      when('BinaryEquals', 'a:b', 'A'.repeat(16_000)),
      when('ForAllValues:'.repeat(1000), 'a:b', 'x'),
      when(`${'IfExists'.repeat(1900)}`, 'a:b', 'x'),
    ]
    for (const text of hostile) {
      if (policyProblem(text, 'identity') !== undefined) continue
      const [statement] = compilePolicy(text, 'identity').statements
      const context = { 'a:b': ['a'.repeat(4000)] }
      statement?.matchesResource({ action: 'a:b', resource: `arn:aws:s3:::${'ab'.repeat(4000)}`, context })
      statement?.matchesConditions(context)
    }
    assert.ok(process.cpuUsage().user - started < 3_000_000)
  })
})
