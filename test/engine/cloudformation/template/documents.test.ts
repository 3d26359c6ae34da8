// SPDX-License-Identifier: BSD-2-Clause
// Texts of templates: what JSON and YAML mean, where things stand in them, and texts that mean harm.
import assert from 'node:assert/strict'
import { readDocument } from '../../../../src/engine/cloudformation/template/document'
import { effortOf } from '../../../support/effort'
import { refusalOf } from './reading'

const meaning = (text: string): unknown => readDocument(text).value
const why = (text: string): string => refusalOf(() => readDocument(text))

const meanings: readonly (readonly [string, string, unknown])[] = [
  ['dates are texts', 'A: 2010-09-09', { A: '2010-09-09' }],
  ['whole numbers', 'A: [0, 10, -3]', { A: [0, 10, -3] }],
  [
    'numbers that are written otherwise',
    'A: [0755, 1.0, 1e3, 0x1F, 12345678901234567890]',
    { A: ['0755', '1.0', '1e3', '0x1F', '12345678901234567890'] },
  ],
  ['truths', 'A: [true, False, TRUE]', { A: [true, false, true] }],
  ['words that were truths once', 'A: [yes, no, on, off]', { A: ['yes', 'no', 'on', 'off'] }],
  ['a version of YAML that has them', '%YAML 1.1\n---\nA: [yes, 010]', { A: ['yes', '010'] }],
  ['numbers as names', '012: x\n1.0: y', { '012': 'x', '1.0': 'y' }],
  ['texts in quotes', 'A: ["10", \'true\', "a\\tb"]', { A: ['10', 'true', 'a\tb'] }],
  ['folded and literal texts', 'A: >-\n  a\n  b\nB: |\n  x\n   y\n', { A: 'a b', B: 'x\n y\n' }],
  ['tags that say the type', 'A: !!str 10\nB: !!int "7"\nC: ! x', { A: '10', B: '7', C: 'x' }],
  ['aliases', 'A: &a {x: [1]}\nB: *a', { A: { x: [1] }, B: { x: [1] } }],
  ['!Ref and !Condition', 'A: !Ref X\nB: !Condition Y', { A: { Ref: 'X' }, B: { Condition: 'Y' } }],
  [
    '!GetAtt',
    'A: !GetAtt X.Y.Z\nB: !GetAtt [X, Y]\nC: {Fn::GetAtt: X.Y}',
    { A: { 'Fn::GetAtt': ['X', 'Y.Z'] }, B: { 'Fn::GetAtt': ['X', 'Y'] }, C: { 'Fn::GetAtt': ['X', 'Y'] } },
  ],
  [
    'other short tags',
    'A: !Sub "${X}"\nB: !Join [",", [!Ref X, a]]\nC: !GetAZs ""\nD: !If [X, !Ref Y, b]',
    {
      A: { 'Fn::Sub': '${X}' },
      B: { 'Fn::Join': [',', [{ Ref: 'X' }, 'a']] },
      C: { 'Fn::GetAZs': '' },
      D: { 'Fn::If': ['X', { Ref: 'Y' }, 'b'] },
    },
  ],
  [
    'short tags in blocks',
    'A: !Equals\n  - a\n  - !Select [0, [b]]',
    { A: { 'Fn::Equals': ['a', { 'Fn::Select': [0, ['b']] }] } },
  ],
  ['tags that are no function', 'A: !Castle {b: c}', { A: { 'Fn::Castle': { b: 'c' } } }],
  ['a mark before the text', '\uFEFFA: b', { A: 'b' }],
  ['the beginning and end of a document', '---\nA: b\n...\n', { A: 'b' }],
  ['JSON', ' {"A": [1, 1.0, "x", true, {"B": 1e2}]}', { A: [1, '1.0', 'x', true, { B: '1e2' }] }],
  ['JSON with a mark before it', '\uFEFF{"A": "😀"}', { A: '😀' }],
]

const laughs = Array.from({ length: 9 }, (_, index) =>
  index === 0
    ? 'a0: &a0 [x,x,x,x,x,x,x,x,x,x]'
    : `a${index}: &a${index} [${Array(10).fill(`*a${index - 1}`)}]`,
).join('\n')

const malformed = (kind: string, line: number, column: number) =>
  `Template format error: ${kind} not well-formed. (line ${line}, column ${column})`

const faults: readonly (readonly [string, string, string])[] = [
  ['nothing', '', 'Template body is not a JSON object'],
  ['a text', 'hello', 'Template body is not a JSON object'],
  ['a list', '[1, 2]', 'Template body is not a JSON object'],
  ['JSON that is none', '{\n "A": }', malformed('JSON', 2, 7)],
  ['JSON that ends', '{"A": [', malformed('JSON', 1, 8)],
  ['JSON with a comment', '{ // a\n "A": 1}', malformed('JSON', 1, 3)],
  ['JSON behind a comment', '/* a */\n{"A": 1}', malformed('JSON', 1, 1)],
  ['JSON behind a line of comment', '\n// a\n{"A": 1}', malformed('JSON', 2, 1)],
  ['YAML with tabs', 'A:\n\tB: c', malformed('YAML', 2, 1)],
  ['two documents', 'A: b\n---\nC: d', malformed('YAML', 2, 1)],
  ['a list as a name', '? [a]\n: b', malformed('YAML', 1, 3)],
  ['a function as a name', '!Ref a: b', malformed('YAML', 1, 6)],
  [
    'a name that comes twice',
    'A:\n  B: 1\n  B: 2',
    "Template format error: Duplicate field 'B' (line 3, column 3)",
  ],
  [
    'a name that comes twice in JSON',
    '{"A": 1,\n"A": 1}',
    "Template format error: Duplicate field 'A' (line 2, column 1)",
  ],
  [
    'a merge key',
    'A: &a {b: c}\nD:\n  <<: *a',
    'Template format error: Merge keys (<<) are not supported (line 3, column 3)',
  ],
  [
    'an alias of nothing',
    'A: *b',
    'Template format error: Alias *b has no anchor before it (line 1, column 4)',
  ],
  [
    'an alias of itself',
    'A: &a [*a]',
    'Template format error: Alias *a has no anchor before it (line 1, column 8)',
  ],
  [
    'bytes',
    'A: !!binary aGVsbG8=',
    'Template format error: YAML tag !!binary is not supported (line 1, column 13)',
  ],
  [
    "somebody's own tag",
    'A: !<tag:example.com,2000:x> b',
    'Template format error: YAML tag tag:example.com,2000:x is not supported (line 1, column 30)',
  ],
  [
    'a value that is missing',
    'A:\n  B:\n    - x\n    -',
    "Template format error: [/A/B/1] 'null' values are not allowed in templates",
  ],
  [
    'a character without a shape',
    '{"A": "\\u0000"}',
    'Template format error: A text has a character that cannot be shown (line 1, column 7)',
  ],
  [
    'half a pair',
    'A: "\\ud800"',
    'Template format error: A text has a character that cannot be shown (line 1, column 4)',
  ],
  [
    'such a name',
    '{"\\u0001": 1}',
    'Template format error: A text has a character that cannot be shown (line 1, column 1)',
  ],
  [
    '__proto__',
    '{"__proto__": {"a": 1}}',
    'Template format error: A member cannot have the name __proto__ (line 1, column 1)',
  ],
  [
    'a billion laughs',
    laughs,
    'Template format error: Aliases repeat too much of the template (line 1, column 22)',
  ],
  [
    'nothing, very often',
    `A: [${'{},'.repeat(60_000)}]`,
    'Template format error: Template has too many parts (line 1, column 149999)',
  ],
  [
    'one long text many times',
    `A: &a ${'x'.repeat(100_000)}\nB: [${Array(100).fill('*a')}]`,
    'Template format error: Aliases repeat too much of the template (line 1, column 7)',
  ],
  [
    'aliases within aliases',
    Array.from({ length: 70 }, (_, index) =>
      index === 0 ? 'a0: &a0 [x]' : `a${index}: &a${index} [*a${index - 1}]`,
    ).join('\n'),
    'Template format error: Template is nested too deeply (line 1, column 10)',
  ],
]

const deep = 'Template format error: Template is nested too deeply'
const large: readonly (readonly [string, string, RegExp | string])[] = [
  ['brackets of YAML', `A: ${'['.repeat(200_000)}`, deep],
  ['brackets of JSON', `{"A": ${'['.repeat(200_000)}`, deep],
  ['dashes', `A:\n${'- '.repeat(200_000)}x`, deep],
  ['maps in maps', Array.from({ length: 900 }, (_, index) => `${' '.repeat(index)}a:`).join('\n'), deep],
  ['question marks', '? '.repeat(200_000), deep],
  ['a name', `${'k'.repeat(1_000_000)}: 1`, 'Template format error: YAML not well-formed'],
  ['tags', '!a '.repeat(50_000), 'Template format error: YAML not well-formed'],
]

describe('Texts of templates', () => {
  for (const [what, text, value] of meanings) {
    it(`know ${what}`, () => assert.deepEqual(meaning(text), value))
  }
  for (const [what, text, message] of faults) {
    it(`are refused for ${what}`, () => assert.equal(why(text), message))
  }
  for (const [what, text, message] of large) {
    it(`are refused at once for too many ${what}`, () => {
      const took = effortOf(() => assert.ok(why(text).startsWith(String(message)), why(text).slice(0, 200)))
      assert.ok(took < 5000, `${took} ms`)
    })
  }

  it('are read when they are long', () => {
    const name = 'k'.repeat(400_000)
    assert.deepEqual(meaning(`{"${name}": 1}`), { [name]: 1 })
    const lines = Array.from({ length: 5_000 }, (_, index) => `k${index}: v`)
    assert.equal(Object.keys(meaning(lines.join('\n')) as object).length, 5_000)
  })

  it('say where something stands', () => {
    const yaml = readDocument('A:\n  - B: 1\n    C: !Ref D\n  - e\n')
    assert.deepEqual(yaml.positionOf([]), { line: 1, column: 1 })
    assert.deepEqual(yaml.positionOf(['A']), { line: 1, column: 1 })
    assert.deepEqual(yaml.positionOf(['A', 0, 'C']), { line: 3, column: 5 })
    assert.deepEqual(yaml.positionOf(['A', 0, 'C', 'Ref']), { line: 3, column: 13 })
    assert.deepEqual(yaml.positionOf(['A', 1]), { line: 4, column: 5 })
    assert.equal(yaml.positionOf(['A', 2]), undefined)
    assert.equal(yaml.positionOf(['A', 'B']), undefined)
    const json = readDocument('{"A": [\n  {"B": 1,\n   "C": {"Ref": "D"}}]}')
    assert.deepEqual(json.positionOf(['A', 0, 'C', 'Ref']), { line: 3, column: 10 })
    assert.deepEqual(json.positionOf(['A', '0']), { line: 2, column: 3 })
    assert.equal(json.positionOf(['toString']), undefined)
  })
})
