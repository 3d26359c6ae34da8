// SPDX-License-Identifier: BSD-2-Clause
// What functions give, and what they refuse.
import assert from 'node:assert/strict'
import { evaluate, Unresolved } from '../../../../src/engine/cloudformation/template'
import type { Value } from '../../../../src/engine/cloudformation/template/contracts'
import { read, refusalOf, scopeFor, conditionalSections as sections, whyNotValue } from './reading'

const template = read(sections)
const known = { G: { ref: 'g-1', attributes: { GroupId: 'sg-1', Parts: ['q', 'r'] } } }
const of = (value: unknown, given = {}) => evaluate(scopeFor(template, given, known), value as Value)

const join = (list: unknown, delimiter: unknown = '-') => ({ 'Fn::Join': [delimiter, list] })
const no = { Ref: 'AWS::NoValue' }

const values: readonly (readonly [string, unknown, unknown])[] = [
  ['a parameter', { Ref: 'P' }, 'p'],
  ['a number is a text', { Ref: 'Count' }, '2'],
  ['a list has no blanks around its items', { Ref: 'List' }, ['a', 'b', 'c']],
  ['a list of numbers', { Ref: 'Numbers' }, ['1', '2']],
  ['a resource', { Ref: 'G' }, 'g-1'],
  ['an attribute', { 'Fn::GetAtt': ['G', 'GroupId'] }, 'sg-1'],
  ['the account', { Ref: 'AWS::AccountId' }, '000000000001'],
  ['the partition', { Ref: 'AWS::Partition' }, 'aws'],
  ['the region', { Ref: 'AWS::Region' }, 'here'],
  ['the stack', { Ref: 'AWS::StackName' }, 's'],
  ["the stack's id", { Ref: 'AWS::StackId' }, 'arn:aws:cloudformation::000000000001:stack/s/1'],
  ['notifications', { Ref: 'AWS::NotificationARNs' }, ['arn:one', 'arn:two']],
  ['no value', no, undefined],
  ['no value in a list', ['a', no, 'b'], ['a', 'b']],
  ['no value in an object', { a: no, b: 1 }, { b: 1 }],
  ['no value in a choice', { a: { 'Fn::If': ['No', 'x', no] }, b: true }, { b: true }],
  ['Base64 of UTF-8', { 'Fn::Base64': 'é\n' }, 'w6kK'],
  [
    'Base64 of a function',
    { 'Fn::Base64': join(['a', 1, true]) },
    Buffer.from('a-1-true').toString('base64'),
  ],
  ['a join of a parameter', join({ Ref: 'List' }), 'a-b-c'],
  ['a join of nothing', join([]), ''],
  ['a join leaves no value out', join(['a', no, 'b']), 'a-b'],
  ['a split', { 'Fn::Split': [',', 'a,b,'] }, ['a', 'b', '']],
  ['a choice by number', { 'Fn::Select': ['1', ['a', 'b']] }, 'b'],
  ['a choice from a parameter', { 'Fn::Select': [{ Ref: 'Count' }, { Ref: 'List' }] }, 'c'],
  ['a mapping', { 'Fn::FindInMap': ['M', 'k', 'text'] }, 'found'],
  ['a mapping of a list', { 'Fn::FindInMap': ['M', 'k', { 'Fn::Sub': 'list' }] }, ['x', 'y']],
  ['zones', { 'Fn::GetAZs': '' }, ['PARTI00', 'PARTI01']],
  ['zones of this region', { 'Fn::GetAZs': { Ref: 'AWS::Region' } }, ['PARTI00', 'PARTI01']],
  ['no zones of another region', { 'Fn::GetAZs': 'there' }, []],
  ['Fn::Sub', { 'Fn::Sub': '${P}/${G}/${G.GroupId}/${AWS::Region}/${!P}/${' }, 'p/g-1/sg-1/here/${P}/${'],
  ['Fn::Sub with names of its own', { 'Fn::Sub': ['${P}${x}', { P: 'own', x: { Ref: 'Count' } }] }, 'own2'],
  ['Fn::Sub does not look into values', { 'Fn::Sub': ['${x}', { x: '${P} $& $1' }] }, '${P} $& $1'],
  ['an If', { 'Fn::If': ['Yes', { Ref: 'P' }, { Ref: 'Elsewhere' }] }, 'p'],
  ['blocks of addresses', { 'Fn::Cidr': ['10.0.0.7/24', 2, 6] }, ['10.0.0.0/26', '10.0.0.64/26']],
  ['blocks of the usual size', { 'Fn::Cidr': ['10.0.0.0/16', '1'] }, ['10.0.0.0/24']],
  ['what another stack exports', { 'Fn::ImportValue': join(['sha', 'red'], '') }, 'theirs'],
  [
    'an element of a policy',
    { Condition: { StringEquals: { a: 'b' } } },
    { Condition: { StringEquals: { a: 'b' } } },
  ],
  ['members beside a function', { Ref: 'P', Other: 'x' }, { Ref: 'P', Other: 'x' }],
]

const joinNeeds =
  'Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be' +
  ' joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.'
const splitNeeds =
  'Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or' +
  ' a function that returns a string to be split.'
const index =
  'Template error: Fn::Select requires a list argument with a valid index value as its first element'
const twoElements =
  'Template error: Fn::Select requires a list argument with two elements: an integer index and a list'
const mapNeeds =
  'Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for' +
  ' return value'
const cidrNeeds =
  'Template error: every Fn::Cidr object requires an IPv4 block, a count from 1 to 256 and the number of bits of a' +
  ' subnet, by default 8'
const contextNeeds =
  'Template error: every value of the context object of every Fn::Sub object must be a string or a function that returns' +
  ' a string'

const refusals: readonly (readonly [string, unknown, string])[] = [
  [
    'Base64 of a list',
    { 'Fn::Base64': { Ref: 'List' } },
    'Template error: every Fn::Base64 object must have a String-typed value.',
  ],
  [
    'zones of a list',
    { 'Fn::GetAZs': [] },
    'Template error: every Fn::GetAZs object must have a String-typed value.',
  ],
  ['a join of a text', join({ Ref: 'P' }), joinNeeds],
  ['a join of lists', join([['a']]), joinNeeds],
  ['a join by a list', join(['a'], []), joinNeeds],
  ['a split of a list', { 'Fn::Split': [',', { Ref: 'List' }] }, splitNeeds],
  ['a split by nothing', { 'Fn::Split': ['', 'a'] }, splitNeeds],
  ['an index that is none', { 'Fn::Select': ['x', ['a']] }, index],
  [
    'an index beyond the list',
    { 'Fn::Select': [1, ['a']] },
    'Template error: Fn::Select cannot select nonexistent value at index 1',
  ],
  [
    'an index before the list',
    { 'Fn::Select': ['-1', ['a']] },
    'Template error: Fn::Select cannot select nonexistent value at index -1',
  ],
  ['a choice from a text', { 'Fn::Select': [0, { Ref: 'P' }] }, twoElements],
  [
    'an unknown mapping',
    { 'Fn::FindInMap': ['N', 'k', 'a'] },
    "Template error: Mapping named 'N' is not present in the 'Mappings' section of template",
  ],
  [
    'an unknown key',
    { 'Fn::FindInMap': ['M', 'l', 'text'] },
    'Template error: Unable to get mapping for M::l::text',
  ],
  [
    'an inherited key',
    { 'Fn::FindInMap': ['M', 'k', 'toString'] },
    'Template error: Unable to get mapping for M::k::toString',
  ],
  ['a mapping by a list', { 'Fn::FindInMap': ['M', { Ref: 'List' }, 'text'] }, mapNeeds],
  [
    'Fn::Sub of a list',
    { 'Fn::Sub': '${List}' },
    'Template error: every variable in an Fn::sub object must reference a string',
  ],
  ['Fn::Sub of a list of its own', { 'Fn::Sub': ['${x}', { x: { Ref: 'List' } }] }, contextNeeds],
  ['what no stack exports', { 'Fn::ImportValue': 'nothing' }, 'No export named nothing found'],
  [
    'an import by a list',
    { 'Fn::ImportValue': { Ref: 'List' } },
    'Template error: every Fn::ImportValue object must have a String-typed value.',
  ],
  ['a block that is none', { 'Fn::Cidr': ['10.0.0.256/24', 1] }, cidrNeeds],
  ['more blocks than there are', { 'Fn::Cidr': ['10.0.0.0/24', 2, 8] }, cidrNeeds],
  [
    'an attribute that was not made',
    { 'Fn::GetAtt': ['G', 'OwnerId'] },
    'Template error: resource G does not support attribute type OwnerId in Fn::GetAtt',
  ],
]

// As it is written it can be told that these are wrong.
const shapes: readonly (readonly [unknown, string])[] = [
  [
    { 'Fn::Length': ['a'] },
    'Template Error: Encountered unsupported function: Fn::Length Supported functions are: [Fn::Base64, Fn::GetAtt, Fn::GetAZs, Fn::Join, Fn::FindInMap, Fn::Select, Ref, Fn::Equals, Fn::If, Fn::Not, Condition, Fn::And, Fn::Or, Fn::Sub, Fn::Split, Fn::Cidr, Fn::ImportValue]',
  ],
  [{ Ref: ['P'] }, 'Template error: All References must be of type string'],
  [{ Condition: 'Yes' }, 'Template error: Condition token can only be used in Conditions block'],
  [{ 'Fn::Equals': ['a', 'b'] }, 'Template error: Fn::Equals cannot be partially collapsed'],
  [
    { 'Fn::If': 'Yes' },
    'Template error: Fn::If requires a list argument with the first element being a condition',
  ],
  [
    { 'Fn::If': [{ Ref: 'P' }, 'a', 'b'] },
    'Template error: Fn::If requires a list argument with the first element being a condition',
  ],
  [{ 'Fn::If': ['Yes', 'a'] }, 'Template error: Fn::If requires a list argument with three elements'],
  [{ 'Fn::FindInMap': ['M', 'k'] }, mapNeeds],
  [{ 'Fn::Select': [] }, index],
  [{ 'Fn::Select': [0] }, twoElements],
  [{ 'Fn::Join': ['-'] }, joinNeeds],
  [{ 'Fn::Split': ['-'] }, splitNeeds],
  [{ 'Fn::Cidr': ['10.0.0.0/8'] }, cidrNeeds],
  [
    { 'Fn::GetAtt': 'G' },
    'Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
  ],
  [
    { 'Fn::GetAtt': ['G', ''] },
    'Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
  ],
  [
    { 'Fn::Sub': ['a'] },
    "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string",
  ],
  [
    { 'Fn::Sub': ['a', { 'a-b': 'c' }] },
    'Template error: every key of the context object of every Fn::Sub object must contain only alphanumeric characters and underscores',
  ],
  [{ 'Fn::Sub': ['a', { a: ['b'] }] }, contextNeeds],
  [
    { 'Fn::Sub': '${a b}' },
    'Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons',
  ],
]

describe('Functions of templates', () => {
  for (const [what, value, expected] of values) {
    it(`give ${what}`, () => assert.deepEqual(of(value), expected))
  }
  for (const [what, value, message] of refusals) {
    it(`refuse ${what}`, () =>
      assert.equal(
        refusalOf(() => of(value)),
        message,
      ))
  }
  for (const [value, message] of shapes) {
    it(`are refused as they are written: ${JSON.stringify(value)}`, () => {
      assert.equal(whyNotValue(value, sections), message)
    })
  }

  it('that refer to what is not there yet say so in a way of their own', () => {
    const scope = scopeFor(template)
    const references: readonly Value[] = [
      { Ref: 'G' },
      { 'Fn::GetAtt': ['G', 'GroupId'] },
      { 'Fn::Sub': '${G.GroupId}' },
    ]
    for (const value of references) {
      assert.throws(() => evaluate(scope, value), Unresolved)
    }
  })

  it('cannot make much of little', () => {
    const big = 'x'.repeat(4096)
    const within = (inner: unknown): Value => ({ 'Fn::Sub': ['${x}'.repeat(100_000), { x: inner }] }) as Value
    const bombs = [
      join(Array(300).fill({ Ref: 'P' })),
      // Longer than any text can be.
      { 'Fn::Sub': '${P}'.repeat(200_000) },
      { 'Fn::Join': [{ Ref: 'P' }, Array(200_000).fill('')] },
      within(within('x')),
    ]
    for (const value of bombs) {
      assert.equal(
        refusalOf(() => of(value, { P: big })),
        'Template error: functions give more than 1000000 characters for one value',
      )
    }
  })
})
