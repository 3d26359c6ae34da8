// SPDX-License-Identifier: BSD-2-Clause
// Variables for a shell that evaluates what a tool prints: output.md 11. Values stand as they are where a shell takes
// them so, which credentials' do; anything else is quoted, since what a service answers becomes code here.
import { exclusive, flag } from '../options'

export type Shell = 'csh' | 'sh'

export const shellOptions = {
  shell: exclusive(
    { required: false },
    {
      csh: flag('-c', { help: 'print commands for a C shell (default if $SHELL ends in csh)' }),
      sh: flag('-s', { help: 'print commands for a Bourne shell (default otherwise)' }),
    },
  ),
}

/** The shell asked for, else the user's own. */
export const shellOf = (
  asked: { readonly csh: boolean; readonly sh: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Shell => (asked.csh || (!asked.sh && env.SHELL?.endsWith('csh')) ? 'csh' : 'sh')

const needsNoQuotes = /^[\w@%+=:,./-]+$/

const quotedForSh = (text: string): string =>
  needsNoQuotes.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`

// A C shell looks for events (`!`) and ends a line inside quotes, too.
const quotedForCsh = (text: string): string => quotedForSh(text).replace(/[!\n]/g, '\\$&')

export const setVariable = (shell: Shell, name: string, value: string | undefined): string => {
  if (shell === 'csh') return value ? `setenv ${name} ${quotedForCsh(value)};` : `unsetenv ${name};`
  return value ? `${name}=${quotedForSh(value)}; export ${name};` : `unset ${name};`
}

/** What stands below the variables, for who forgot to have them evaluated. */
export const evalReminder = (command: readonly string[]): string[] => [
  '',
  '# If you can read this, rerun this program with eval:',
  `#     eval \`${command.map(quotedForSh).join(' ')}\``,
]
