// SPDX-License-Identifier: BSD-2-Clause
// What is wrong with templates that are well formed, each fault in the service's words.
import assert from 'node:assert/strict'
import { readTemplate } from '../../../../src/engine/cloudformation/template'
import { many, refusalOf, type Written, whyNot } from './reading'

const long = 'x'.repeat(256)
const truth = { 'Fn::Equals': ['a', 'a'] }

const ofTemplates: readonly (readonly [string, Written, string])[] = [
  ['an unknown section', { Rules: {}, Hooks: {} }, 'Invalid template property or properties [Rules, Hooks]'],
  [
    'another version',
    { AWSTemplateFormatVersion: '2010-09-10' },
    'Template format error: unsupported value for AWSTemplateFormatVersion.',
  ],
  [
    'a version that is no text',
    { AWSTemplateFormatVersion: [] },
    'Template format error: unsupported value for AWSTemplateFormatVersion.  No such version.',
  ],
  [
    'a description that is no text',
    { Description: {} },
    'Template format error: Every Description member must be a string',
  ],
  [
    'a long description',
    { Description: 'é'.repeat(513) },
    'Template format error: Description must be no longer than 1024 bytes',
  ],
  [
    'metadata that are no object',
    { Metadata: 'x' },
    'Template format error: Every Metadata member must be a JSON object',
  ],
  [
    'a null',
    { Description: null },
    "Template format error: [/Description] 'null' values are not allowed in templates",
  ],
]

const ofMappings: readonly (readonly [string, unknown, string])[] = [
  ['no object', [], 'Template format error: Every Mappings member must be a JSON object'],
  ['a mapping that is no map', { M: 'x' }, 'Template format error: Every Mappings member M must be a map'],
  ['a key that is no map', { M: { k: 'x' } }, 'Template format error: Every Mappings member k must be a map'],
  [
    'an attribute that is an object',
    { M: { k: { a: { b: 'c' } } } },
    'Template format error: Every Mappings attribute must be a String or a List.',
  ],
  [
    'a function',
    { M: { k: { a: { Ref: 'P' } } } },
    'Template format error: Every Mappings attribute must be a String or a List.',
  ],
  [
    'a function in a list',
    { M: { k: { a: [{ Ref: 'P' }] } } },
    'Template format error: Every Mappings attribute must be a String or a List.',
  ],
  [
    'a long name',
    { [long]: {} },
    `Mapping name ${long} exceeds the maximum number of allowed characters (255)`,
  ],
  [
    'a long key',
    { M: { [long]: {} } },
    `Mapping key ${long} exceeds the maximum number of allowed characters (255)`,
  ],
  [
    'a long attribute',
    { M: { k: { [long]: '' } } },
    `Attribute ${long} exceeds the maximum number of allowed characters (255)`,
  ],
  [
    'too many attributes',
    { M: { k: many(31, '') } },
    'Mapping with key k has more than 30, the max allowed.',
  ],
  ['too many mappings', many(101, {}), 'Mappings exceed maximum allowed of 100 mappings per template'],
]

const ofConditions: readonly (readonly [string, unknown, string])[] = [
  ['no object', 'x', 'Template format error: Every Conditions member must be a JSON object'],
  [
    'a condition that is a text',
    { C: 'true' },
    'Template format error: Any Conditions member must be a JSON object.',
  ],
  [
    'a function that gives no truth',
    { C: { 'Fn::Join': ['', ['true']] } },
    'Template format error: Conditions can only be boolean operations on parameters and other conditions',
  ],
  [
    'a resource',
    { C: { 'Fn::Equals': [{ Ref: 'G' }, 'x'] } },
    'Template format error: Unresolved dependencies [G]. Cannot reference resources in the Conditions block of the template',
  ],
  [
    'an attribute',
    { C: { 'Fn::Equals': [{ 'Fn::GetAtt': ['G', 'GroupId'] }, 'x'] } },
    'Template format error: Unresolved dependencies [G]. Cannot reference resources in the Conditions block of the template',
  ],
  [
    'a resource by Fn::Sub',
    { C: { 'Fn::Equals': [{ 'Fn::Sub': '${G}' }, 'x'] } },
    'Template format error: Unresolved dependencies [G]. Cannot reference resources in the Conditions block of the template',
  ],
  [
    'a name of nothing',
    { C: { 'Fn::Equals': [{ Ref: 'X' }, { Ref: 'Y' }] } },
    'Template format error: Unresolved dependencies [X, Y]. Cannot reference resources in the Conditions block of the template',
  ],
  [
    'an unknown condition',
    { C: { 'Fn::Not': [{ Condition: 'D' }] } },
    'Template format error: Unresolved condition dependencies [D] in the Conditions block of the template',
  ],
  [
    'an unknown condition of a choice',
    { C: { 'Fn::Equals': [{ 'Fn::If': ['D', 'a', 'b'] }, 'x'] } },
    'Template format error: Unresolved condition dependencies [D] in the Conditions block of the template',
  ],
  [
    'a circle',
    { A: { 'Fn::Not': [{ Condition: 'B' }] }, B: { 'Fn::Not': [{ Condition: 'A' }] } },
    'Template error: Found circular condition dependency: [A, B]',
  ],
  ['itself', { A: truth, C: { Condition: 'C' } }, 'Template error: Found circular condition dependency: [C]'],
  [
    'one truth for Fn::And',
    { C: { 'Fn::And': [truth] } },
    'Template error: every Fn::And object requires a list of at least 2 and at most 10 boolean parameters.',
  ],
  [
    'eleven truths for Fn::Or',
    { C: { 'Fn::Or': Array(11).fill(truth) } },
    'Template error: every Fn::Or object requires a list of at least 2 and at most 10 boolean parameters.',
  ],
  [
    'a text for Fn::Or',
    { C: { 'Fn::Or': [truth, 'true'] } },
    'Template error: every Fn::Or object requires a list of at least 2 and at most 10 boolean parameters.',
  ],
  [
    'two truths for Fn::Not',
    { C: { 'Fn::Not': [truth, truth] } },
    'Template error: Fn::Not requires a list argument with one element',
  ],
  [
    'a text for Fn::Not',
    { C: { 'Fn::Not': ['true'] } },
    'Template error: Fn::Not requires a list argument with one function token',
  ],
  [
    'three values for Fn::Equals',
    { C: { 'Fn::Equals': ['a', 'b', 'c'] } },
    'Template error: Fn::Equals requires a list argument with two elements',
  ],
]

describe('A template is refused', () => {
  for (const [what, sections, message] of ofTemplates) {
    it(`for ${what}`, () => assert.equal(whyNot(sections), message))
  }
  for (const [what, mappings, message] of ofMappings) {
    it(`for ${what} in its mappings`, () => assert.equal(whyNot({ Mappings: mappings }), message))
  }
  for (const [what, conditions, message] of ofConditions) {
    it(`for ${what} in its conditions`, () => assert.equal(whyNot({ Conditions: conditions }), message))
  }

  it('without resources', () => {
    for (const body of ['{}', '{"Resources": {}}', 'Description: none']) {
      assert.equal(
        refusalOf(() => readTemplate(body)),
        'At least one Resources member must be defined.',
      )
    }
  })
})
