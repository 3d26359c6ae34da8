// SPDX-License-Identifier: BSD-2-Clause
// What a real shell makes of the code that is printed for it.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { sessionVariables } from '../../src/cli/euare/assumed-role'
import { evalReminder, setVariable } from '../../src/cli/euare/shell-code'

const nasty = [
  'plain',
  'a b',
  "it's",
  '"double"',
  '$HOME `id` $(id)',
  'back\\slash',
  'semi;colon # no comment',
  'wow! !!',
  '*?[a]{b,c}~',
  'é\t|<>&()',
]

describe('Code for shells', () => {
  for (const value of nasty)
    it(`gives a Bourne shell ${value}`, () => {
      const code = setVariable('sh', 'VALUE', value)
      const words = ['-c', `eval "$0"; printenv VALUE`, code]
      assert.equal(execFileSync('sh', words, { encoding: 'utf8' }), `${value}\n`)
      assert.equal(execFileSync('bash', words, { encoding: 'utf8' }), `${value}\n`)
    })

  it('is evaluated whole, unquoted and in one line, as eval takes it', () => {
    const lines = [
      ...sessionVariables('sh', { keyId: 'KEY', secret: 's+/=', token: 't t', account: '1' }),
      ...evalReminder(['euare-assumerole', "a'b"]),
    ]
    const script =
      'eval $(printf %s "$0"); echo "$AWS_ACCESS_KEY_ID $EC2_SECRET_KEY ${AWS_CREDENTIAL_FILE-none}"'
    const env = { PATH: process.env.PATH, AWS_CREDENTIAL_FILE: '/old', SHLVL: '1' }
    for (const shell of ['sh', 'bash'])
      assert.equal(
        execFileSync(shell, ['-c', script, lines.join('\n')], { env, encoding: 'utf8' }),
        'KEY s+/= none\n',
      )
  })
})
