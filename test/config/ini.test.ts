// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { readIni, resolveSection, type Sections } from '../../src/config/ini'
import { configError } from './folder'

const sectionsOf = (...texts: string[]): Sections => {
  const sections: Sections = new Map()
  for (const [index, text] of texts.entries()) readIni(text, `file${index}.ini`, sections)
  return sections
}
const optionsOf = (text: string, section = 's') =>
  Object.fromEntries(resolveSection(sectionsOf(text), section))

describe('ini files', () => {
  it('take `=` and `:` alike and fold the case of option names, not of section names', () => {
    assert.deepEqual(optionsOf('[s]\nName = value\nOTHER:x\n[S]\nname = no'), { name: 'value', other: 'x' })
  })

  it('keep a colon or an equals sign inside a value', () => {
    assert.deepEqual(optionsOf('[s]\nurl = http://h:8773/a=b'), { url: 'http://h:8773/a=b' })
  })

  it('ignore lines that begin with #, ; or the word rem, and nothing that merely begins like it', () => {
    assert.deepEqual(optionsOf('# a\n; b\nrem c\nREM\n[s]\nremote = 1\n'), { remote: '1' })
  })

  it('end a value at a blank and a semicolon, not at a hash or a bare semicolon', () => {
    assert.deepEqual(optionsOf('[s]\na = one ; two\nb = one # two\nc = one;two'), {
      a: 'one',
      b: 'one # two',
      c: 'one;two',
    })
  })

  it('continue a value on indented lines, joined by a newline', () => {
    assert.deepEqual(optionsOf('[s]\na = one\n  two\n\n\tthree\nb = x'), { a: 'one\ntwo\nthree', b: 'x' })
  })

  it('interpolate options of the section and of [DEFAULT], and undo doubled percent signs', () => {
    const text = '[DEFAULT]\nhost = h\n[s]\nurl = http://%(host)s/%(PATH)s\npath = p\nkey = 100%%'
    assert.deepEqual(optionsOf(text), { host: 'h', url: 'http://h/p', path: 'p', key: '100%' })
  })

  for (const value of ['50%', '%(nowhere)s', '%(a)s'])
    it(`name the option whose value \`${value}\` cannot be interpolated`, () => {
      assert.throws(() => optionsOf(`[s]\na = ${value}`), configError('a'))
    })

  for (const text of ['a = 1\n[s]', '[s]\nno sign here', '[s]\n= value'])
    it(`that cannot be parsed are named: ${JSON.stringify(text)}`, () => {
      assert.throws(() => sectionsOf('', text), configError('file1.ini'))
    })

  it('merge sections, the later file winning option by option', () => {
    const sections = sectionsOf('[s]\na = 1\nb = 1', '[s]\nb = 2')
    assert.deepEqual(Object.fromEntries(resolveSection(sections, 's')), { a: '1', b: '2' })
  })
})
