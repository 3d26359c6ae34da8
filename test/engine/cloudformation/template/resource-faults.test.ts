// SPDX-License-Identifier: BSD-2-Clause
// What is wrong with the resources and outputs of templates, each fault in the service's words.
import assert from 'node:assert/strict'
import { readTemplate } from '../../../../src/engine/cloudformation/template'
import { group, groupWith, many, type Written, whyNot } from './reading'

const long = 'x'.repeat(256)
const truth = { 'Fn::Equals': ['a', 'a'] }

const ofResources: readonly (readonly [string, Written, string])[] = [
  [
    'a resource that is a text',
    { H: 'x' },
    'Template format error: Any Resources member must be a JSON object.',
  ],
  ['no type', { H: {} }, 'Type is a required property of Resource'],
  [
    'a type that is no text',
    { H: { Type: {} } },
    'Template format error: Every Type member must be a string',
  ],
  ['an unknown type', { H: { Type: 'AWS::EC2::Castle' } }, 'Unknown resource type AWS::EC2::Castle'],
  [
    'unknown keys',
    { H: { ...group, Comment: '', Colour: '' } },
    'Invalid resource property or properties [Comment, Colour]',
  ],
  ['a name with other characters', { 'a-b': group }, 'Resource name a-b must be alphanumeric.'],
  ['no name', { '': group }, 'Resource name  must be alphanumeric.'],
  [
    'a long name',
    { [long]: group },
    `Resource name ${long} exceeds the maximum resource name length of 255 characters.`,
  ],
  ['too many', many(200, group), 'Too many resources in the template.  Max allowed is 200.'],
  [
    'properties that are a list',
    { H: { ...group, Properties: [] } },
    'Template format error: Every Properties member must be a JSON object',
  ],
  [
    'a long description',
    { H: { ...group, Description: 'x'.repeat(4001) } },
    'Template format error: Description must be no longer than 4000 characters.',
  ],
  [
    'metadata that are a text',
    { H: { ...group, Metadata: 'x' } },
    'Template format error: Every Metadata member must be a JSON object',
  ],
  [
    'an update policy that is a text',
    { H: { ...group, UpdatePolicy: 'x' } },
    'Template format error: Every UpdatePolicy member must be a JSON object',
  ],
  [
    'a creation policy that is a text',
    { H: { ...group, CreationPolicy: 'x' } },
    'Template format error: Every CreationPolicy member must be a JSON object',
  ],
  [
    'another deletion policy',
    { H: { ...group, DeletionPolicy: 'Keep' } },
    'Template format error: Unrecognized DeletionPolicy Keep for resource H',
  ],
  [
    'a snapshot of what has none',
    { H: { ...group, DeletionPolicy: 'Snapshot' } },
    'Template error: resource type AWS::EC2::SecurityGroup does not support deletion policy Snapshot',
  ],
  [
    'an undefined condition',
    { H: { ...group, Condition: 'C' } },
    'Template format error: Condition C  is not defined.',
  ],
  [
    'an undefined condition of a choice',
    { H: groupWith({ GroupDescription: { 'Fn::If': ['C', 'a', 'b'] } }) },
    'Template error: unresolved condition dependency: C',
  ],
  [
    'DependsOn of an object',
    { H: { ...group, DependsOn: {} } },
    'Template format error: DependsOn must be a string or list of strings.',
  ],
  [
    'DependsOn of functions',
    { H: { ...group, DependsOn: [{ Ref: 'G' }] } },
    'Template format error: Every DependsOn value must be a string.',
  ],
  [
    'DependsOn of what is not there',
    { H: { ...group, DependsOn: ['G', 'X'] }, I: groupWith({ GroupDescription: { Ref: 'Y' } }) },
    'Template format error: Unresolved resource dependencies [X, Y] in the Resources block of the template',
  ],
  [
    'a reference to nothing',
    { H: groupWith({ GroupDescription: { Ref: 'X' } }) },
    'Template format error: Unresolved resource dependencies [X] in the Resources block of the template',
  ],
  [
    'a reference to nothing in metadata',
    { H: { ...group, Metadata: { a: { Ref: 'X' } } } },
    'Template format error: Unresolved resource dependencies [X] in the Resources block of the template',
  ],
  [
    'a reference to nothing by Fn::Sub',
    { H: groupWith({ GroupDescription: { 'Fn::Sub': '${X}' } }) },
    'Template format error: Unresolved resource dependencies [X] in the Resources block of the template',
  ],
  [
    'an attribute of nothing',
    { H: groupWith({ GroupDescription: { 'Fn::GetAtt': ['X', 'GroupId'] } }) },
    'Template error: instance of Fn::GetAtt references undefined resource X',
  ],
  [
    'an attribute of nothing by Fn::Sub',
    { H: groupWith({ GroupDescription: { 'Fn::Sub': '${X.GroupId}' } }) },
    'Template error: instance of Fn::Sub references invalid resource attribute X.GroupId',
  ],
  [
    'an attribute that there is none of',
    { H: groupWith({ GroupDescription: { 'Fn::GetAtt': ['G', 'Colour'] } }) },
    'Template error: resource G does not support attribute type Colour in Fn::GetAtt',
  ],
  [
    'an attribute that there is none of, by Fn::Sub',
    { H: groupWith({ GroupDescription: { 'Fn::Sub': '${G.Colour}' } }) },
    'Template error: resource G does not support attribute type Colour in Fn::GetAtt',
  ],
  ['itself', { H: { ...group, DependsOn: 'H' } }, 'Circular dependency between resources: [H]'],
  [
    'a circle',
    {
      A: { ...group, DependsOn: 'B' },
      B: groupWith({ GroupDescription: { Ref: 'C' } }),
      C: groupWith({ GroupDescription: { 'Fn::GetAtt': ['A', 'GroupId'] } }),
    },
    'Circular dependency between resources: [A, B, C]',
  ],
]

const ofOutputs: readonly (readonly [string, unknown, string])[] = [
  [
    'an output that is a text',
    { O: 'x' },
    'Template format error: Any Outputs member must be a JSON object.',
  ],
  ['unknown keys', { O: { Value: 'x', Exports: {} } }, 'Invalid output property or properties [Exports]'],
  [
    'an export that is a text',
    { O: { Value: 'x', Export: 'e' } },
    'Template format error: Export of output O must be a JSON object.',
  ],
  [
    'an export without a name',
    { O: { Value: 'x', Export: {} } },
    'Export of output O must have a Name that evaluates to a String.',
  ],
  [
    'an export with more than a name',
    { O: { Value: 'x', Export: { Name: 'n', To: 'all' } } },
    'Invalid export property or properties [To]',
  ],
  [
    'an export whose name is a list',
    { O: { Value: 'x', Export: { Name: ['n'] } } },
    'Export of output O must have a Name that evaluates to a String.',
  ],
  [
    'an import of a list',
    { O: { Value: { 'Fn::ImportValue': ['x'] } } },
    'Template error: every Fn::ImportValue object must have a String-typed value.',
  ],
  [
    'an import by another import',
    { O: { Value: { 'Fn::ImportValue': { 'Fn::ImportValue': 'x' } } } },
    'Template error: the attribute in Fn::ImportValue must not depend on any resources or imported values.',
  ],
  ['no value', { O: { Description: 'x' } }, 'Every Outputs member must contain a Value object'],
  [
    'an object',
    { O: { Value: { a: 'x', b: 'y' } } },
    'The Value field of every Outputs member must evaluate to a String and not a Map.',
  ],
  [
    'a list',
    { O: { Value: ['x'] } },
    'The Value field of every Outputs member must evaluate to a String and not a List.',
  ],
  [
    'an undefined condition',
    { O: { Value: 'x', Condition: 'C' } },
    'Template format error: Condition C  is not defined.',
  ],
  [
    'a long description',
    { O: { Value: 'x', Description: 'x'.repeat(4001) } },
    'Template format error: Description must be no longer than 4000 characters.',
  ],
  [
    'a long name',
    { [long]: { Value: 'x' } },
    `Output ${long} name exceeds the maximum length of 255 characters`,
  ],
  ['too many', many(61, { Value: 'x' }), 'Stack exceeds the maximum allowed number of outputs.(60)'],
  [
    'references to nothing',
    { O: { Value: { Ref: 'X' } }, P: { Value: { 'Fn::Sub': '${Y}' } } },
    'Template format error: Unresolved resource dependencies [X, Y] in the Outputs block of the template',
  ],
  [
    'an attribute of nothing',
    { O: { Value: { 'Fn::GetAtt': ['X', 'A'] } } },
    'Template error: instance of Fn::GetAtt references undefined resource X',
  ],
  ['a truth', { O: { Value: truth } }, 'Template error: Fn::Equals cannot be partially collapsed'],
]

describe('A template is refused', () => {
  for (const [what, resources, message] of ofResources) {
    it(`for ${what} in its resources`, () => assert.equal(whyNot({ Resources: resources }), message))
  }
  for (const [what, outputs, message] of ofOutputs) {
    it(`for ${what} in its outputs`, () => assert.equal(whyNot({ Outputs: outputs }), message))
  }

  it('for a resource with the name of a parameter', () => {
    assert.equal(
      whyNot({ Parameters: { G: { Type: 'String' } } }),
      'Template error: all resources and parameters must have unique names. Common name(s):[G]',
    )
  })

  it('for circles that no condition breaks, and for no others', () => {
    const choice = (name: string) => groupWith({ GroupDescription: { 'Fn::If': ['C', { Ref: name }, 'x'] } })
    const other = (name: string) => groupWith({ GroupDescription: { 'Fn::If': ['C', 'x', { Ref: name }] } })
    const template = { Conditions: { C: truth }, Resources: { A: choice('B'), B: other('A'), G: group } }
    assert.equal(readTemplate(JSON.stringify(template)).resources.size, 3)
  })
})
