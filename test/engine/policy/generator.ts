// SPDX-License-Identifier: BSD-2-Clause
// Policies and requests by chance, out of few words, so that they meet often.
import type { PlainPolicy, PlainRequest, PlainSide, PlainStanding, PlainStatement } from './model'

/** Numbers from 0 to 1, the same for the same seed. */
export const chanceOf = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const mine = '111111111111'
const theirs = '222222222222'

const actions = [
  'ec2:RunInstances',
  'ec2:StartInstances',
  'ec2:DescribeImages',
  's3:GetObject',
  's3:PutObject',
  'iam:PassRole',
]
const actionPatterns = [
  ...actions,
  '*',
  'ec2:*',
  's3:*Object',
  'EC2:runinstances',
  'ec2:?tartInstances',
  'ec2:*Instances',
  's3:?*Object*',
  'iam:*',
]
const resources = [
  '*',
  `arn:aws:ec2:eucalyptus:${mine}:instance/i-1`,
  `arn:aws:ec2:eucalyptus:${theirs}:instance/i-22`,
  `arn:aws:ec2:eucalyptus:${mine}:security-group/sg-1`,
  `arn:aws:ec2:eucalyptus:${mine}:address/10.0.0.5`,
  `arn:aws:ec2:eucalyptus::image/emi-ABC`,
  'arn:aws:s3:::b',
  'arn:aws:s3:::b/alice/x',
  'arn:aws:s3:::b/a*c/x:y',
  'arn:aws:s3:::other/bob/$/😀',
  `arn:aws:iam::${mine}:role/team/r`,
]
const resourcePatterns = [
  ...resources,
  'arn:aws:ec2:::instance/*',
  'arn:aws:ec2:*:*:*',
  `arn:aws:ec2:eucalyptus:${mine}:instance/i-?`,
  'arn:aws:ec2:::securitygroup/*',
  'arn:aws:ec2:::INSTANCE/I-*',
  'arn:aws:ec2:::elastic-ip/10.*',
  'arn:aws:ec2:::address/10.0.0.1-10.0.0.9',
  'arn:aws:ec2:::address/10.0.0.6-10.0.0.9',
  'arn:aws:ec2:*',
  'arn:aws:ec2:eucalyptus:1*',
  'arn:aws:s3:::b/*',
  'arn:aws:s3:::*',
  'arn:aws:s3:::*/x*',
  'arn:aws:s3:::b/?????/*',
  'arn:aws:s3:::*/?',
  'arn:aws:s3:::b/${aws:username}/*',
  "arn:aws:s3:::b/${aws:missing, 'alice'}/x",
  'arn:aws:s3:::b/${aws:missing}/*',
  'arn:aws:s3:::b/a${*}c/*',
  'arn:aws:s3:::*/${$}/*',
  'arn:aws:s3:::${aws:tagkeys}/*',
  'arn:aws:ec2:::image/emi-${x:word}',
  'arn:aws:iam::*:role/*',
  `arn:aws:iam::${mine}:role/*r`,
]

const words = ['alice', 'Alice', 'bob', 'a*c', 'abc', '?', '', 'team:x']
const texts = [
  ...words,
  'a*',
  '*',
  '?????',
  '${aws:username}',
  '${x:word}',
  "${aws:missing, 'bob'}",
  '${aws:missing}',
  '${*}',
  'a${*}c',
]
const numbers = ['0', '1', '1.0', '10', '-3', '+7', '2.5']
const dates = [
  '2014-02-16T12:13:16Z',
  '2014-02-16T13:13:16+01:00',
  '1392552796',
  '2014-02-16',
  '2014-02-17T00:00Z',
]
const truths = ['true', 'false', 'True']
const blobs = ['QQ==', 'QUI=', 'AAAA']
const blocks = ['10.0.0.0/8', '10.0.0.5', '192.168.0.0/16', '0.0.0.0/0', '10.0.0.4/30']
const addresses = ['10.0.0.5', '10.9.9.9', '192.168.1.1', '8.8.8.8', 'nowhere']
const arns = [
  `arn:aws:iam::${mine}:user/alice`,
  `arn:aws:iam::${theirs}:role/r`,
  `arn:aws:sts::${mine}:assumed-role/r/s:1`,
  'no',
]
const arnPatterns = [
  ...arns.slice(0, 3),
  `arn:aws:iam::${mine}:*`,
  'arn:aws:*::*:*/r*',
  'arn:aws:iam::${x:account}:user/*',
  'arn:aws:iam::1*1:user/${aws:username}',
  `arn:aws:s*::${mine}:assumed-role/r/s:?`,
]

/** Operators, the values that they are written with, and those that a request has. */
const families: readonly (readonly [
  readonly string[],
  readonly string[],
  readonly string[],
  readonly string[],
])[] = [
  [
    [
      'StringEquals',
      'StringNotEquals',
      'StringEqualsIgnoreCase',
      'StringNotEqualsIgnoreCase',
      'StringLike',
      'StringNotLike',
    ],
    texts,
    words,
    ['aws:username', 'aws:TagKeys', 'x:word'],
  ],
  [
    [
      'NumericEquals',
      'NumericNotEquals',
      'NumericLessThan',
      'NumericLessThanEquals',
      'NumericGreaterThan',
      'NumericGreaterThanEquals',
    ],
    numbers,
    [...numbers, 'many'],
    ['s3:max-keys', 'x:numbers'],
  ],
  [
    [
      'DateEquals',
      'DateNotEquals',
      'DateLessThan',
      'DateLessThanEquals',
      'DateGreaterThan',
      'DateGreaterThanEquals',
    ],
    dates,
    [...dates, 'later'],
    ['aws:CurrentTime', 'aws:TokenIssueTime'],
  ],
  [['Bool'], truths, [...truths, 'yes'], ['aws:SecureTransport']],
  [['BinaryEquals'], blobs, blobs, ['x:blob']],
  [['IpAddress', 'NotIpAddress'], blocks, addresses, ['aws:SourceIp', 'x:addresses']],
  [['ArnEquals', 'ArnNotEquals', 'ArnLike', 'ArnNotLike'], arnPatterns, arns, ['aws:PrincipalArn', 'x:arns']],
]

const principals = [
  '*',
  { AWS: '*' },
  { AWS: mine },
  { AWS: `arn:aws:iam::${theirs}:root` },
  { AWS: [`arn:aws:iam::${mine}:user/alice`, `arn:aws:iam::${mine}:role/r`] },
  { AWS: `arn:aws:sts::${mine}:assumed-role/r/s`, Service: 'ec2.amazonaws.com' },
  { CanonicalUser: 'a'.repeat(64) },
] as const

const callers: readonly (readonly [string, readonly string[]])[] = [
  [
    mine,
    [
      `AWS arn:aws:iam::${mine}:user/alice`,
      `AWS arn:aws:iam::${mine}:root`,
      `CanonicalUser ${'a'.repeat(64)}`,
    ],
  ],
  [
    mine,
    [
      `AWS arn:aws:sts::${mine}:assumed-role/r/s`,
      `AWS arn:aws:iam::${mine}:role/r`,
      `AWS arn:aws:iam::${mine}:root`,
    ],
  ],
  [theirs, [`AWS arn:aws:iam::${theirs}:user/bob`, `AWS arn:aws:iam::${theirs}:root`]],
  ['', ['AWS anonymous']],
]

export class Generator {
  readonly #chance: () => number
  #pools: Readonly<Record<'identity' | 'resource', readonly PlainPolicy[]>> | undefined

  constructor(seed: number) {
    this.#chance = chanceOf(seed)
  }

  is(likelihood: number): boolean {
    return this.#chance() < likelihood
  }

  among<T>(values: readonly T[]): T {
    return values[Math.floor(this.#chance() * values.length)] as T
  }

  some<T>(values: readonly T[], most: number): T[] {
    return Array.from({ length: 1 + Math.floor(this.#chance() * most) }, () => this.among(values))
  }

  #values(values: readonly string[]): string | string[] {
    return this.is(0.5) ? this.among(values) : this.some(values, 3)
  }

  #condition(): NonNullable<PlainStatement['Condition']> {
    const condition: NonNullable<PlainStatement['Condition']> = {}
    for (let count = this.is(0.7) ? 1 : 2; count > 0; count -= 1) {
      const [operators, values, , keys] = this.among(families)
      const key = this.is(0.1) ? 'AWS:Missing' : this.among(keys)
      if (this.is(0.1)) condition.Null = { [key]: this.#values(['true', 'false']) }
      else {
        const set = this.is(0.3) ? this.among(['ForAllValues:', 'ForAnyValue:']) : ''
        condition[`${set}${this.among(operators)}${this.is(0.2) ? 'IfExists' : ''}`] = {
          [key]: this.#values(values),
        }
      }
    }
    return condition
  }

  statement(kind: 'identity' | 'resource'): PlainStatement {
    return {
      Effect: this.is(0.7) ? 'Allow' : 'Deny',
      [this.is(0.85) ? 'Action' : 'NotAction']: this.is(0.3) ? '*' : this.#values(actionPatterns),
      [this.is(0.85) ? 'Resource' : 'NotResource']: this.is(0.25) ? '*' : this.#values(resourcePatterns),
      ...(kind === 'resource' && { [this.is(0.8) ? 'Principal' : 'NotPrincipal']: this.among(principals) }),
      ...(this.is(0.5) && { Condition: this.#condition() }),
    }
  }

  policy(kind: 'identity' | 'resource'): PlainPolicy {
    return {
      ...(this.is(0.8) ? { Version: '2012-10-17' } : this.is(0.5) ? { Version: '2008-10-17' } : {}),
      Statement: Array.from({ length: this.is(0.6) ? 1 : 3 }, () => this.statement(kind)),
    }
  }

  /** Reading a document takes longer than asking it, so that the same ones are asked many things. */
  #pool(kind: 'identity' | 'resource'): readonly PlainPolicy[] {
    const many = (of: 'identity' | 'resource', count: number) =>
      Array.from({ length: count }, () => this.policy(of))
    this.#pools ??= { identity: many('identity', 4000), resource: many('resource', 1500) }
    return this.#pools[kind]
  }

  #layer(): PlainPolicy[] {
    return this.some(this.#pool('identity'), 3)
  }

  standing(): PlainStanding {
    const [account, names] = this.among(callers)
    const isKnown = account !== ''
    return {
      account,
      names: [...names],
      isAccountAdmin: isKnown && this.is(0.2),
      identity: isKnown && this.is(0.9) ? this.#layer() : [],
      accountPolicies: isKnown && this.is(0.2) ? this.#layer() : [],
      boundary: isKnown && this.is(0.15) ? this.#layer() : undefined,
      session: isKnown && this.is(0.15) ? this.#layer() : undefined,
    }
  }

  side(): PlainSide {
    return {
      owner: this.is(0.4) ? this.among([mine, theirs]) : undefined,
      policy: this.is(0.5) ? this.among(this.#pool('resource')) : undefined,
      isGranted: this.is(0.15) ? this.is(0.5) : undefined,
    }
  }

  request(): PlainRequest {
    const context: PlainRequest['context'] = { 'x:account': [mine] }
    for (const [, , actual, keys] of families) {
      for (const [index, key] of keys.entries()) {
        if (this.is(0.25)) continue
        // The second of a family's keys may have several values.
        context[key.toLowerCase()] = index > 0 ? this.some(actual, 3) : [this.among(actual)]
      }
    }
    return { action: this.among(actions), resource: this.among(resources), context }
  }
}
