// SPDX-License-Identifier: BSD-2-Clause
// Templates for tests, and what is said of those that are refused.
import assert from 'node:assert/strict'
import { readTemplate, settleParameters } from '../../../../src/engine/cloudformation/template'
import type { KnownResource, Scope, Template } from '../../../../src/engine/cloudformation/template/contracts'
import { Refusal } from '../../../../src/engine/errors'

/** As loose as a text may be. */
export type Written = Readonly<Record<string, unknown>>

export const group = { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: 'a group' } }

/** A group with other properties, or other keys beside them. */
export const groupWith = (properties: Written, keys: Written = {}): Written => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: { GroupDescription: 'a group', ...properties },
  ...keys,
})

/** As many members with the same value. */
export const many = (count: number, value: unknown): Written =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`N${index}`, value]))

/** A template with one group, G, and whatever else is said. */
export const withGroup = (sections: Written): string =>
  JSON.stringify({ ...sections, Resources: { G: group, ...(sections.Resources as Written) } })

export const read = (sections: Written): Template => readTemplate(withGroup(sections))

/** Why something is refused: always a ValidationError. */
export const refusalOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error))
    assert.equal(error.code, 'ValidationError')
    return error.message
  }
  assert.fail('it was not refused')
}

export const whyNot = (sections: Written): string => refusalOf(() => read(sections))

/** A value where a template may have any: in the description of a second group. */
export const whyNotValue = (value: unknown, sections: Written = {}): string =>
  whyNot({ ...sections, Resources: { H: groupWith({ GroupDescription: value }) } })

export const scopeFor = (
  template: Template,
  given: Readonly<Record<string, string>> = {},
  resources: Readonly<Record<string, KnownResource>> = {},
): Scope => {
  const parameters = settleParameters(
    template,
    Object.entries(given).map(([key, value]) => ({ key, value })),
  )
  return {
    template,
    parameters: new Map(parameters.map(parameter => [parameter.key, parameter])),
    accountId: '000000000001',
    region: 'here',
    stackId: 'arn:aws:cloudformation::000000000001:stack/s/1',
    stackName: 's',
    notificationArns: ['arn:one', 'arn:two'],
    zones: ['PARTI00', 'PARTI01'],
    resource: logicalId => resources[logicalId],
    exported: name => (name === 'shared' ? 'theirs' : undefined),
  }
}

/** Something of everything that functions refer to. */
export const conditionalSections = {
  Parameters: {
    P: { Type: 'String', Default: 'p' },
    Count: { Type: 'Number', Default: 2 },
    List: { Type: 'CommaDelimitedList', Default: 'a, b ,c' },
    Numbers: { Type: 'List<Number>', Default: '1,2' },
    Empty: { Type: 'String', Default: '' },
  },
  Mappings: { M: { k: { text: 'found', list: ['x', 'y'], number: 3 } } },
  Conditions: {
    Yes: { 'Fn::Equals': [{ Ref: 'P' }, 'p'] },
    No: { 'Fn::Not': [{ Condition: 'Yes' }] },
  },
}
