// SPDX-License-Identifier: BSD-2-Clause
// The licences of the packages whose code is in the bundles, as those licences ask to be handed on.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The folder of the package that a bundled file is from; undefined for our own files. */
const packageOf = (root, input) => {
  const at = input.lastIndexOf('node_modules/')
  if (at < 0) return undefined
  const [scope, name] = input.slice(at + 'node_modules/'.length).split('/')
  return join(root, input.slice(0, at), 'node_modules', scope.startsWith('@') ? join(scope, name) : scope)
}

const licenceText = folder => {
  const file = readdirSync(folder).find(name => /^(licen[cs]e|copying)/i.test(name))
  return file === undefined ? undefined : readFileSync(join(folder, file), 'utf8').trim()
}

/** Text for a file beside the bundles. `metafiles` are esbuild's. */
export const notices = (root, metafiles) => {
  const folders = new Set(
    metafiles
      .flatMap(({ outputs }) => Object.values(outputs))
      .flatMap(({ inputs }) => Object.keys(inputs).filter(input => inputs[input].bytesInOutput > 0))
      .map(input => packageOf(root, input.replace(/^[a-z-]+:/, '')))
      .filter(folder => folder !== undefined && existsSync(join(folder, 'package.json'))),
  )
  const entries = [...folders].sort().map(folder => {
    const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const by = typeof author === 'string' ? author : author?.name
    const head = [`${name} ${version}`, `Licence: ${license}`, ...(by ? [`By: ${by}`] : [])]
    return [...head, '', licenceText(folder) ?? '(The package carries no licence text of its own.)'].join(
      '\n',
    )
  })
  const title = 'mallee contains code of these packages.'
  return `${[title, ...entries].join(`\n\n${'='.repeat(78)}\n\n`)}\n`
}
