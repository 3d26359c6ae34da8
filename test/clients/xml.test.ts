// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { childOf, parseXml } from '../../src/clients/xml'

const rootText = (xml: string) => parseXml(xml).text

describe('reading XML', () => {
  it('keeps text verbatim, white space and CDATA included, and drops prefixes', () => {
    const root = parseXml(
      '<?xml version="1.0"?>\n<e:a xmlns:e="x"><!-- c --><b> t\r\nu </b><c><![CDATA[<&>]]></c></e:a>\n',
    )
    assert.equal(root.name, 'a')
    assert.equal(childOf(root, 'b')?.text, ' t\nu ')
    assert.equal(childOf(root, 'c')?.text, '<&>')
  })

  it('decodes the five entities and character references, and knows no other', () => {
    assert.equal(rootText('<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F333;</a>'), '<>&"\'A\u{1f333}')
    assert.throws(() => parseXml('<a>&eacute;</a>'), /unknown entity eacute/)
    assert.throws(() => parseXml('<a>&#x110000;</a>'), /bad character reference/)
    assert.throws(() => parseXml('<a>&amp b</a>'), /bad entity/)
  })

  it('takes the last of repeated children', () => {
    assert.equal(childOf(parseXml('<a><b>1</b><b>2</b></a>'), 'b')?.text, '2')
  })

  it('passes over a plain document type, and refuses one that declares entities', () => {
    assert.equal(rootText('<!DOCTYPE html><html>x</html>'), 'x')
    assert.throws(() => parseXml('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), { name: 'XmlSyntaxError' })
  })

  for (const text of [
    '',
    'plain',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a/>x',
    '<a b></a>',
    '<a b=1/>',
    '<a',
    '</a>',
    '<a><!-- </a>',
    '<html><br></html>',
    `${'<a>'.repeat(300)}${'</a>'.repeat(300)}`,
  ])
    it(`refuses ${JSON.stringify(text.slice(0, 20))}`, () => {
      assert.throws(() => parseXml(text), { name: 'XmlSyntaxError' })
    })
})
