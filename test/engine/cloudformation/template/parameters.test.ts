// SPDX-License-Identifier: BSD-2-Clause
// Declarations of parameters, and the values that they take.
import assert from 'node:assert/strict'
import { readKnownTemplate, settleParameters } from '../../../../src/engine/cloudformation/template'
import { effortOf } from '../../../support/effort'
import { many, read, refusalOf, type Written, whyNot, withGroup } from './reading'

const types =
  '[String, Number, CommaDelimitedList, AWS::EC2::AvailabilityZone::Name, AWS::EC2::Image::Id, AWS::EC2::Instance::Id,' +
  ' AWS::EC2::KeyPair::KeyName, AWS::EC2::SecurityGroup::Id, AWS::EC2::SecurityGroup::GroupName, AWS::EC2::Subnet::Id,' +
  ' AWS::EC2::Volume::Id, AWS::EC2::VPC::Id, List<String>, List<Number>, List<AWS::EC2::AvailabilityZone::Name>,' +
  ' List<AWS::EC2::Image::Id>, List<AWS::EC2::Instance::Id>, List<AWS::EC2::KeyPair::KeyName>,' +
  ' List<AWS::EC2::SecurityGroup::Id>, List<AWS::EC2::SecurityGroup::GroupName>, List<AWS::EC2::Subnet::Id>,' +
  ' List<AWS::EC2::Volume::Id>, List<AWS::EC2::VPC::Id>]'

const string = (more: Written = {}): Written => ({ Type: 'String', ...more })
const number = (more: Written = {}): Written => ({ Type: 'Number', ...more })

const declarations: readonly (readonly [string, unknown, string])[] = [
  ['a text', 'x', 'Template format error: Any Parameters member must be a JSON object.'],
  [
    'unknown keys',
    string({ Colour: 'red', Size: 1 }),
    'Invalid template parameter property or properties [Colour, Size]',
  ],
  ['no type', {}, 'Template format error: Every Parameters object must contain a Type member.'],
  [
    'an unknown type',
    { Type: 'Boolean' },
    `Template format error: Unrecognized parameter type: Boolean.  Valid values are ${types}`,
  ],
  [
    'a default that is a list',
    string({ Default: [] }),
    'Template format error: Every Default member must be a string',
  ],
  [
    'a default that is a function',
    string({ Default: { Ref: 'Q' } }),
    'Template format error: Every Default member must be a string',
  ],
  [
    'allowed values that are a text',
    string({ AllowedValues: 'a' }),
    'Template format error: Every AllowedValues member must be a list',
  ],
  [
    'an allowed value that is a list',
    string({ AllowedValues: [['a']] }),
    'Template format error: Every AllowedValues value must be a string.',
  ],
  [
    'a length that is no number',
    string({ MinLength: 'x' }),
    'Template format error: Every MinLength member must be a number (x)',
  ],
  [
    'a length that is a list',
    string({ MinLength: [] }),
    'Template format error: Every MinLength member must be a number',
  ],
  [
    'a length of numbers',
    number({ MinLength: 1 }),
    "Template error: Parameter 'P' MinLength must be on a parameter of type String",
  ],
  [
    'a pattern of numbers',
    number({ AllowedPattern: 'x' }),
    "Template error: Parameter 'P' AllowedPattern must be on a parameter of type String",
  ],
  [
    'a largest text',
    string({ MaxValue: 1 }),
    "Template error: Parameter 'P' MaxValue must be on a parameter of type Number",
  ],
  [
    'a length of the old list',
    { Type: 'CommaDelimitedList', MaxLength: 1 },
    "Template error: Parameter 'P' MaxLength must be on a parameter of type String",
  ],
  [
    'lengths the wrong way round',
    string({ MinLength: 2, MaxLength: 1 }),
    "Template error: Parameter 'P' MinLength must be less than MaxLength.",
  ],
  [
    'values the wrong way round',
    number({ MinValue: 2, MaxValue: '1' }),
    "Template error: Parameter 'P' MinValue must be less than MaxValue.",
  ],
  [
    'a pattern that is none',
    string({ AllowedPattern: '(' }),
    "Parameter 'P' AllowedPattern must be a valid regular expression.",
  ],
  [
    'a pattern that is too deep',
    string({ AllowedPattern: `${'(?='.repeat(1000)}a` }),
    "Parameter 'P' AllowedPattern must be a valid regular expression.",
  ],
  [
    'a pattern that takes long to be read',
    string({ AllowedPattern: 'a'.repeat(4097) }),
    "Parameter 'P' AllowedPattern must have no more than 4096 characters.",
  ],
  [
    'a default against its constraint',
    string({ Default: 'abc', MaxLength: 2 }),
    "Template error: Parameter 'P' must contain at most 2 characters",
  ],
  [
    'a long default',
    string({ Default: 'é'.repeat(2049) }),
    'Parameter P exceeds the maximum parameter value length of 4096 bytes.',
  ],
]

const values: readonly (readonly [Written, string, string])[] = [
  [string({ AllowedValues: ['a', 1] }), 'b', "Template error: Parameter 'P' must be one of AllowedValues"],
  [string({ MinLength: 2 }), 'b', "Template error: Parameter 'P' must contain at least 2 characters"],
  [string({ MaxLength: '2' }), 'abc', "Template error: Parameter 'P' must contain at most 2 characters"],
  [string({ AllowedPattern: '[a-z]+' }), 'abC', "Template error: Parameter 'P' must match pattern [a-z]+"],
  [string({ AllowedPattern: 'a|b' }), 'ab', "Template error: Parameter 'P' must match pattern a|b"],
  [
    string({ AllowedPattern: '(a+)+b' }),
    'a'.repeat(40),
    "Parameter 'P' AllowedPattern takes too long to match.",
  ],
  [
    string({ MinLength: 2, ConstraintDescription: 'be long' }),
    '',
    "Parameter 'P' failed to satisfy constraint: be long",
  ],
  [number(), 'x', "Template error: Parameter 'P' must be a number"],
  [number(), '', "Template error: Parameter 'P' must be a number"],
  [number(), 'Infinity', "Template error: Parameter 'P' must be a number"],
  [number({ MinValue: 1 }), '0.5', "Template error: Parameter 'P' must be a number not less than 1"],
  [number({ MaxValue: 3 }), '4', "Template error: Parameter 'P' must be a number not greater than 3"],
  [
    number({ MaxValue: 3, ConstraintDescription: 'at most three' }),
    '4',
    "Parameter 'P' failed to satisfy constraint: at most three",
  ],
  [
    { Type: 'List<Number>', MaxValue: 3 },
    '1, 4',
    "Template error: Parameter 'P' must be a number not greater than 3",
  ],
  [
    { Type: 'List<String>', MinLength: 1 },
    'a,,b',
    "Template error: Parameter 'P' must contain at least 1 characters",
  ],
  [
    { Type: 'CommaDelimitedList', AllowedValues: ['a', 'b'] },
    'a, c',
    "Template error: Parameter 'P' must be one of AllowedValues",
  ],
  [string(), 'x'.repeat(4097), 'Parameter P exceeds the maximum parameter value length of 4096 bytes.'],
]

const accepted: readonly (readonly [Written, string])[] = [
  [string({ AllowedValues: ['a', 1] }), '1'],
  [string({ AllowedPattern: '(?i)[a-z]+' }), 'aB'],
  [string({ AllowedPattern: '\\p{Alpha}[\\w-]*' }), 'a-1'],
  [number({ MinValue: 1 }), ' 1.5e0 '],
  [{ Type: 'List<Number>' }, '1 , 2'],
  [{ Type: 'CommaDelimitedList', AllowedValues: ['a', 'b'] }, 'a ,b'],
  [{ Type: 'AWS::EC2::KeyPair::KeyName', MinLength: 1 }, 'any'],
]

const settle = (declared: Written, value?: string) =>
  settleParameters(read({ Parameters: { P: declared } }), value === undefined ? [] : [{ key: 'P', value }])

describe('Parameters of templates', () => {
  for (const [what, declared, message] of declarations) {
    it(`cannot be declared with ${what}`, () => {
      assert.equal(whyNot({ Parameters: { P: declared } }), message)
    })
  }
  for (const [declared, value, message] of values) {
    it(`refuse ${value.slice(0, 40)} for ${JSON.stringify(declared)}`, () => {
      assert.equal(
        refusalOf(() => settle(declared, value)),
        message,
      )
    })
  }
  for (const [declared, value] of accepted) {
    it(`take ${value} for ${JSON.stringify(declared)}`, () => {
      assert.deepEqual(settle(declared, value), [{ key: 'P', value, noEcho: false }])
    })
  }

  it('are sixty at most, with names of 255 characters', () => {
    const many = Object.fromEntries(Array.from({ length: 61 }, (_, index) => [`P${index}`, string()]))
    assert.equal(whyNot({ Parameters: many }), 'Too many parameters in the template.  Max of 60 allowed.')
    const long = 'x'.repeat(256)
    assert.equal(
      whyNot({ Parameters: { [long]: string() } }),
      `Parameter ${long} exceeds the maximum parameter name length of 255 characters.`,
    )
  })

  const template = read({
    Parameters: { A: string(), B: string({ Default: 7, NoEcho: 'TRUE' }), C: number({ NoEcho: false }) },
  })

  it('have some time for their patterns together, and none for long lists one by one', () => {
    const slow = (size: number) => string({ AllowedPattern: '(a+)+b|a*', Default: 'a'.repeat(size) })
    let size = 12
    const work = () => effortOf(() => read({ Parameters: { P: slow(size) } }))
    while (Math.min(work(), work(), work()) < 20) size++
    const all = { Parameters: many(60, slow(size)) }
    const refused = effortOf(() =>
      assert.match(whyNot(all), /^Parameter 'N\d+' AllowedPattern takes too long/),
    )
    assert.ok(refused < 5000, `${refused} ms`)
    // A stack that has such a template reads it again and again.
    const known = effortOf(() => assert.equal(readKnownTemplate(withGroup(all)).parameters.size, 60))
    assert.ok(known < 400, `${known} ms`)
    const list = { Type: 'List<AWS::EC2::KeyPair::KeyName>', AllowedPattern: '[a-z]' }
    const template = read({ Parameters: many(60, list) })
    const given = (value: string) => Object.keys(many(60, 1)).map(key => ({ key, value }))
    const checked = effortOf(() => settleParameters(template, given(`${'k,'.repeat(2000)}k`)))
    assert.ok(checked < 5000, `${checked} ms`)
    assert.match(
      refusalOf(() => settleParameters(template, given(`${'k,'.repeat(2000)}K`))),
      /must match pattern/,
    )
  })

  it('must all have values, and no others may be given', () => {
    assert.equal(
      refusalOf(() => settleParameters(template, [])),
      'Parameters: [A, C] must have values',
    )
    const given = ['A', 'C', 'D', 'E'].map(key => ({ key, value: '1' }))
    assert.equal(
      refusalOf(() => settleParameters(template, given)),
      'Parameters: [D, E] do not exist in the template',
    )
  })

  it('take what is given, what was before, or their default, in the order of the template', () => {
    const before = [
      { key: 'A', value: 'old', noEcho: false },
      { key: 'B', value: 'secret', noEcho: true },
    ]
    const given = [
      { key: 'C', value: '3' },
      { key: 'A', usePrevious: true },
    ]
    assert.deepEqual(settleParameters(template, given, before), [
      { key: 'A', value: 'old', noEcho: false },
      { key: 'B', value: '7', noEcho: true },
      { key: 'C', value: '3', noEcho: false },
    ])
  })

  it('cannot be what they were and something else, nor what they never were', () => {
    const why = (value?: string) =>
      refusalOf(() => settleParameters(template, [{ key: 'A', value, usePrevious: true }]))
    assert.equal(
      why('x'),
      'Invalid input for parameter key A. Cannot specify usePreviousValue as true and non empty value for a parameter.',
    )
    assert.equal(
      why(),
      'Invalid input for parameter key A. Cannot specify usePreviousValue as true for a parameter key not in the previous template.',
    )
  })

  it('that were before are held to new constraints', () => {
    const stricter = read({ Parameters: { A: string({ MaxLength: 2 }) } })
    const before = [{ key: 'A', value: 'old', noEcho: false }]
    assert.equal(
      refusalOf(() => settleParameters(stricter, [{ key: 'A', usePrevious: true }], before)),
      "Template error: Parameter 'A' must contain at most 2 characters",
    )
  })
})
