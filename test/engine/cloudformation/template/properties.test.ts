// SPDX-License-Identifier: BSD-2-Clause
// Properties against the tables of types, as they are written and as they are with their functions carried out.
import assert from 'node:assert/strict'
import type { PropertyTable, ResourceType } from '../../../../src/engine/cloudformation/resources/contracts'
import {
  checkedProperties,
  checkProperties,
  readTemplate,
  unknownPropertiesText,
} from '../../../../src/engine/cloudformation/template'
import type { EvaluatedObject } from '../../../../src/engine/cloudformation/template/contracts'
import { refusalOf } from './reading'

const yaml = (...lines: readonly string[]): string => ['Resources:', ...lines].join('\n')

const balancer = (...lines: readonly string[]): string =>
  yaml(
    '  Front:',
    '    Type: AWS::ElasticLoadBalancing::LoadBalancer',
    '    Properties:',
    '      AvailabilityZones: !GetAZs ""',
    ...lines.map(line => `      ${line}`),
  )

const listener = ['Listeners:', '  - LoadBalancerPort: "80"', '    InstancePort: 8888', '    Protocol: HTTP']

const whyNot = (text: string): string => refusalOf(() => checkProperties(readTemplate(text)))

const place = 'Resources.Front.Properties'

describe('Properties as they are written', () => {
  it('are right when functions may give anything', () => {
    const text = balancer('CrossZone: !Ref AWS::StackName', 'Listeners: !Ref AWS::NoValue', 'Tags: []')
    assert.deepEqual(checkProperties(readTemplate(text)), [])
  })

  it('are told with name, path and line when nobody knows them', () => {
    const text = balancer(...listener, '    Protokol: HTTP', 'Colour: red', 'HealthCheck:', '  Zeit: 3')
    const unknown = checkProperties(
      readTemplate(
        `${text}\n        Target: a\n        HealthyThreshold: 2\n        UnhealthyThreshold: 2\n        Interval: 5\n        Timeout: 2`,
      ),
    )
    assert.deepEqual(
      unknown.map(({ name, path, line }) => [name, path, line]),
      [
        ['Colour', `${place}.Colour`, 11],
        ['Zeit', `${place}.HealthCheck.Zeit`, 13],
        ['Protokol', `${place}.Listeners.0.Protokol`, 10],
      ],
    )
    assert.equal(
      unknownPropertiesText(unknown),
      'Encountered unsupported property or properties [Colour, Zeit, Protokol] ' +
        `(line 11: ${place}.Colour; line 13: ${place}.HealthCheck.Zeit; line 10: ${place}.Listeners.0.Protokol)`,
    )
  })

  it('are looked at in both branches of a choice', () => {
    const text = balancer('Listeners:', '  - Fn::If:', '    - C', '    - Port: 1', '    - !Ref AWS::NoValue')
    const template = readTemplate(`Conditions: {C: !Equals [a, b]}\n${text}`)
    assert.equal(
      refusalOf(() => checkProperties(template)),
      `Template error: InstancePort is a required field (line 10: ${place}.Listeners.0.Fn::If.1.InstancePort)`,
    )
  })

  it('have to be there, and of their kind', () => {
    assert.equal(
      whyNot(balancer()),
      `Template error: Listeners is a required field (line 4: ${place}.Listeners)`,
    )
    assert.equal(
      whyNot(balancer(...listener, 'CrossZone: maybe')),
      `Template error: CrossZone must be of type Boolean (maybe) (line 10: ${place}.CrossZone)`,
    )
    assert.equal(
      whyNot(balancer('Listeners: all')),
      `Template error: Listeners must be of type List (line 6: ${place}.Listeners)`,
    )
    assert.equal(
      whyNot(balancer(...listener, 'HealthCheck: often')),
      `Value of property HealthCheck must be an object (line 10: ${place}.HealthCheck)`,
    )
  })
})

const table = {
  Name: { kind: 'string', required: true },
  Size: { kind: 'integer' },
  Least: { kind: 'integer', required: true },
  Ratio: { kind: 'number' },
  Open: { kind: 'boolean' },
  Policy: { kind: 'json' },
  Names: { kind: 'list', item: { kind: 'string' } },
  Ports: { kind: 'list', item: { kind: 'integer' } },
  Rules: { kind: 'list', item: { kind: 'object', members: { From: { kind: 'integer', required: true } } } },
  Labels: { kind: 'map', item: { kind: 'string' } },
} as const satisfies PropertyTable

const type = { name: 'Test::Thing', properties: table } as unknown as ResourceType
const minimal = { Name: 'a', Least: 0 }
const checked = (properties: EvaluatedObject) => checkedProperties(type, { ...minimal, ...properties })

const conversions: readonly (readonly [EvaluatedObject, EvaluatedObject])[] = [
  [{ Name: 5 }, { Name: '5' }],
  [{ Name: true }, { Name: 'true' }],
  [{ Size: '30' }, { Size: 30 }],
  [{ Size: '0030' }, { Size: 30 }],
  [{ Size: '1.0' }, { Size: 1 }],
  [{ Size: '' }, {}],
  [{ Ratio: '0.50' }, { Ratio: 0.5 }],
  [{ Open: 'True' }, { Open: true }],
  [{ Open: 'no' }, { Open: false }],
  [{ Open: false }, { Open: false }],
  [{ Policy: { Version: '2012-10-17', n: [1] } }, { Policy: { Version: '2012-10-17', n: [1] } }],
  [{ Names: ['a', 1, true] }, { Names: ['a', '1', 'true'] }],
  [{ Ports: ['1', 2, ''] }, { Ports: [1, 2] }],
  [{ Rules: [{ From: '22' }] }, { Rules: [{ From: 22 }] }],
  [{ Labels: { a: 1, b: 'c' } }, { Labels: { a: '1', b: 'c' } }],
  [{ Unknown: 'x', Rules: [{ From: 1, Other: 2 }] }, { Rules: [{ From: 1 }] }],
  [{ Names: undefined }, {}],
]

const faults: readonly (readonly [EvaluatedObject, string])[] = [
  [{ Name: undefined }, 'Template error: Name is a required field'],
  [{ Name: ['a'] }, 'Template error: Name must be of type String'],
  [{ Size: {} }, 'Template error: Size must be of type Number'],
  [{ Size: '1.5' }, 'Template error: Size must be of type Integer (1.5)'],
  [{ Size: '1e99' }, 'Template error: Size must be of type Integer (1e99)'],
  [{ Least: '' }, 'Template error: Least can not be blank ()'],
  [{ Ratio: 'half' }, 'Template error: Ratio must be of type Number (half)'],
  [{ Open: [] }, 'Template error: Open must be of type Boolean'],
  [{ Open: '1' }, 'Template error: Open must be of type Boolean (1)'],
  [{ Names: 'a' }, 'Template error: Names must be of type List'],
  [{ Names: [['a']] }, 'Template error: Names must have members of type String'],
  [{ Ports: ['http'] }, 'Template error: Ports must have members of type Integer (http)'],
  [{ Rules: ['a'] }, 'Value of property Rules must be an object'],
  [{ Rules: [{}] }, 'Template error: From is a required field'],
  [{ Labels: 'a' }, 'Value of property Labels must be an object'],
  [{ Labels: { a: [] } }, 'Template error: a must be of type String'],
]

describe('Properties with their functions carried out', () => {
  for (const [given, taken] of conversions) {
    it(`are ${JSON.stringify(taken)} of ${JSON.stringify(given)}`, () => {
      assert.deepEqual(checked(given), { ...minimal, ...taken, Name: taken.Name ?? 'a' })
    })
  }
  for (const [given, message] of faults) {
    it(`are refused: ${JSON.stringify(given)}`, () => {
      assert.equal(
        refusalOf(() => checked(given)),
        message,
      )
    })
  }

  it('are refused with path and line of the template', () => {
    const template = readTemplate(balancer(...listener))
    assert.equal(
      refusalOf(() => checkedProperties(type, { Name: 'a', Least: 'x' }, { template, logicalId: 'Front' })),
      `Template error: Least must be of type Integer (x) (line 4: ${place}.Least)`,
    )
  })
})
