// SPDX-License-Identifier: BSD-2-Clause
// The guest's sed, beside the system's.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { substituted, substitutions } from '../../../src/plane/guests/guest/sed'
import { wordsOf } from '../../../src/plane/guests/guest/words'

const text = `[app:main]
clchost = localhost
ufshost = localhost:8773 localhost
# a+b (c) {d} a|b a.b a*b $HOME ^x [y] a\\b
session.secure = false
\tindented\t42 LOCALHOST -
`

describe("A guest's sed", () => {
  const sed = (script: string, isExtended = false) => substituted(text, substitutions(script, isExtended))

  for (const [script, flag] of [
    ['s/localhost/10.0.0.1/'],
    ['s/localhost/10.0.0.1/g'],
    ['s/LOCALhost/x/gI'],
    ['s,localhost,http://a/b,'],
    ['s/session.secure = false/session.secure = true/'],
    ['s/^clchost.*$/clchost = 10.0.0.1/'],
    ['s/a\\.b/dot/;s/a*b/star/'],
    ['s/[a-c]*$/<&>/'],
    ['s/[]y[]/B/g'],
    ['s/[^a-z]/_/g'],
    ['s/[[:digit:]]/#/g; s/[[:space:]]\\t*/~/'],
    ['s/\\(u\\)\\(fs\\)/\\2\\1/'],
    ['s/(c)/<\\&>/'],
    ['s/a+b/plus/'],
    ['s/{d}/braces/'],
    ['s/*b/STAR/'],
    ['s/$HOME/home/'],
    ['s/x^/no/'],
    ['s/\\[y\\]/z/'],
    ['s/a\\\\b/backslash/'],
    ['s#a/b#x#'],
    ['s/ho\\/st/x/'],
    ['s/main/a\\nb\\tc/'],
    ['s/(u)(fs)/\\2\\1/', '-E'],
    ['s/a\\+b/x/', '-E'],
    ['s/\\(c\\)/x/', '-E'],
    ['s/^\\[app:main\\]$/[app]/\ns/host/HOST/g'],
  ] as const) {
    it(`does ${JSON.stringify(script)} as the system's does`, () => {
      const isExtended = flag === '-E'
      const theirs = execFileSync('sed', [...(isExtended ? ['-E'] : []), script], {
        input: text,
        encoding: 'utf8',
      })
      assert.equal(sed(script, isExtended), theirs)
    })
  }

  for (const [script, reason] of [
    ['s/a/b/e', /flags/],
    ['s/a/b/w /etc/passwd', /flags/],
    ['s/a/b/3', /flags/],
    ['1d', /only substitutions/],
    ['/x/s/a/b/', /only substitutions/],
    ['e reboot', /only substitutions/],
    ['s/a/b', /does not end/],
    ['s/a', /does not end/],
    ['s//b/', /no pattern/],
    ['', /no substitution/],
    ['s/[a/b/', /does not end/],
    ['s/[[:nothing:]]/b/', /no class/],
    ['s/[[.a.]]/b/', /collating/],
    ['s/\\(a/b/', /groups/],
    ['s/\\(a\\)*/b/', /repeated/],
    ['s/\\w/b/', /not known/],
    ['s/a\\+/b/', /not known/],
    ['s/\\(a\\)\\1/b/', /not known/],
    ['s/a/\\1/', /no group 1/],
    ['s/a/\\U&/', /not known/],
  ] as const) {
    it(`refuses ${JSON.stringify(script)}`, () => {
      assert.throws(() => sed(script), { name: 'Refused', message: reason })
    })
  }

  it('minds whether the last line has an end', () => {
    const all = substitutions('s/$/./', false)
    assert.equal(substituted('a\nb', all), 'a.\nb.')
    assert.equal(substituted('a\n', all), 'a.\n')
    assert.equal(substituted('a\n\n', all), 'a.\n.\n')
    assert.equal(substituted('', all), '')
  })

  it('is not kept busy for years', () => {
    const script = `s/${'.*a'.repeat(12)}b/x/`
    const all = substitutions(script, false)
    assert.throws(() => substituted('a'.repeat(4000), all), { name: 'Refused', message: 'it takes too long' })
  })
})

describe('Words of a command', () => {
  it('are cut as a shell cuts them', () => {
    assert.deepEqual(wordsOf(`  sed -i 's/a b/c/' "x \\"y\\"" a\\ b ''\t/etc/c.ini\n`), [
      ...['sed', '-i', 's/a b/c/', 'x "y"', 'a b', '', '/etc/c.ini'],
    ])
    assert.deepEqual(wordsOf(''), [])
  })

  for (const text of [
    'a; b',
    'a | b',
    'a && b',
    'a > /etc/passwd',
    'a `b`',
    'a $(b)',
    'a $HOME',
    '"$HOME"',
    'a *',
    "a 'b",
    'a\nb',
    '~/x',
  ]) {
    it(`are not cut out of ${JSON.stringify(text)}, which wants a shell`, () => {
      assert.throws(() => wordsOf(text), { name: 'Refused' })
    })
  }
})
