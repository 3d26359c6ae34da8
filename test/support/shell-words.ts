// SPDX-License-Identifier: BSD-2-Clause
// The words of a typed line as a shell would read them, as far as scenarios use a shell.

export type Variables = Readonly<Record<string, string>>

const expand = (text: string, variables: Variables): string =>
  text.replace(
    /\$(?:(\w+)|\{(\w+)\})/g,
    (whole, name?: string, braced?: string) => variables[name ?? braced ?? ''] ?? whole,
  )

/** Quotes are taken off and variables replaced; no patterns, no commands. A variable that is not set stays as written. */
export const shellWords = (line: string, variables: Variables = {}): string[] => {
  const words: string[] = []
  const word = /\s*((?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+)/gy
  const piece = /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|([^'"\\]+)/g
  for (const [, quoted = ''] of line.trimEnd().matchAll(word)) {
    let text = ''
    for (const [, single, double, escaped, bare] of quoted.matchAll(piece)) {
      text += single ?? escaped ?? expand(double?.replace(/\\(["\\`])/g, '$1') ?? bare ?? '', variables)
    }
    words.push(text)
  }
  return words
}

/** A command as a shell takes it: `NAME=VALUE` before the words; `< FILE`, `> FILE` and `2> FILE` among them. */
export interface Typed {
  readonly env: Record<string, string>
  readonly words: readonly string[]
  readonly from?: string
  readonly into?: string
  readonly errorsInto?: string
}

export const parseTyped = (line: string, variables: Variables = {}): Typed => {
  const words = shellWords(line, variables)
  const env: Record<string, string> = {}
  for (const word of [...words]) {
    const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(word) ?? []
    if (name === undefined || value === undefined) break
    env[name] = value
    words.shift()
  }
  const fileAfter = (sign: string): string | undefined => {
    const at = words.indexOf(sign)
    return at === -1 ? undefined : words.splice(at, 2)[1]
  }
  const from = fileAfter('<')
  const into = fileAfter('>')
  const errorsInto = fileAfter('2>')
  return { env, words, ...(from && { from }), ...(into && { into }), ...(errorsInto && { errorsInto }) }
}
