// SPDX-License-Identifier: BSD-2-Clause
// Conditions: which hold, what is there because of them, and in which order.
import assert from 'node:assert/strict'
import {
  conditionsOf,
  dependenciesOf,
  orderOf,
  propertiesOf,
} from '../../../../src/engine/cloudformation/template'
import { group, groupWith, read, refusalOf, scopeFor, conditionalSections as sections } from './reading'

const no = { Ref: 'AWS::NoValue' }

describe('Conditions of templates', () => {
  const holding = (conditions: Readonly<Record<string, unknown>>, given = {}) =>
    Object.fromEntries(conditionsOf(scopeFor(read({ ...sections, Conditions: conditions }), given)))
  const yes = { 'Fn::Equals': ['a', 'a'] }
  const never = { 'Fn::Equals': ['a', 'b'] }

  it('hold or do not', () => {
    assert.deepEqual(
      holding({
        Later: { 'Fn::And': [{ Condition: 'Or' }, yes] },
        And: { 'Fn::And': [yes, never] },
        Or: { 'Fn::Or': [never, yes] },
        Not: { 'Fn::Not': [{ Condition: 'And' }] },
        Number: { 'Fn::Equals': [{ Ref: 'Count' }, 2] },
        Lists: { 'Fn::Equals': [{ Ref: 'Numbers' }, [1, 2]] },
        Nothing: { 'Fn::Equals': [no, no] },
        Mapped: { 'Fn::Equals': [{ 'Fn::FindInMap': ['M', 'k', 'number'] }, '3'] },
      }),
      {
        Or: true,
        Later: true,
        And: false,
        Not: true,
        Number: true,
        Lists: true,
        Nothing: false,
        Mapped: true,
      },
    )
  })

  const conditional = read({
    ...sections,
    Resources: {
      A: {
        ...groupWith({ GroupDescription: { 'Fn::If': ['Yes', { Ref: 'B' }, { Ref: 'C' }] } }),
        DependsOn: ['C', 'G'],
      },
      B: { ...group, Condition: 'Yes' },
      C: { ...group, Condition: 'No' },
    },
    Outputs: { O: { Value: { Ref: 'B' }, Condition: 'Yes' } },
  })

  it('say what is there, and what has to be there before', () => {
    const scope = scopeFor(conditional)
    assert.deepEqual([...dependenciesOf(scope, 'A')].sort(), ['B', 'G'])
    assert.deepEqual(orderOf(scope), ['G', 'B', 'A'])
    const other = scopeFor(conditional, { P: 'q' })
    assert.deepEqual([...dependenciesOf(other, 'A')].sort(), ['C', 'G'])
    assert.deepEqual(orderOf(other), ['G', 'C', 'A'])
  })

  it('may not leave out what others refer to', () => {
    const refer = (more: object) => ({
      ...sections,
      Resources: { A: { ...group, Condition: 'No' }, ...more },
    })
    const order = (written: object) => refusalOf(() => orderOf(scopeFor(read(written as never))))
    assert.equal(
      order(refer({ B: groupWith({ GroupDescription: { Ref: 'A' } }) })),
      'Template format error: Unresolved resource dependencies [A] in the Resources block of the template',
    )
    assert.equal(
      order({ ...refer({}), Outputs: { O: { Value: { 'Fn::Sub': '${A}' } } } }),
      'Template format error: Unresolved resource dependencies [A] in the Outputs block of the template',
    )
  })

  it('may close circles, which are found with the parameters', () => {
    const circular = read({
      ...sections,
      Resources: {
        A: groupWith({ GroupDescription: { 'Fn::If': ['Yes', { Ref: 'B' }, 'x'] } }),
        B: groupWith({ GroupDescription: { Ref: 'A' } }),
      },
    })
    assert.equal(
      refusalOf(() => orderOf(scopeFor(circular))),
      'Circular dependency between resources: [A, B]',
    )
    assert.deepEqual(orderOf(scopeFor(circular, { P: 'q' })), ['G', 'A', 'B'])
  })

  it('leave properties out', () => {
    const scope = scopeFor(
      read({ ...sections, Resources: { A: groupWith({ VpcId: { 'Fn::If': ['No', 'vpc-1', no] } }) } }),
    )
    assert.deepEqual(propertiesOf(scope, 'A'), { GroupDescription: 'a group' })
  })
})
