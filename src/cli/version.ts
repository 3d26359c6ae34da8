// SPDX-License-Identifier: BSD-2-Clause
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

// The build puts the package's version here; from source it is read from package.json.
declare const MALLEE_VERSION: string | undefined

const fromPackage = (): string =>
  String(JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')).version)

/** Version of this package. */
export const packageVersion: string = typeof MALLEE_VERSION === 'string' ? MALLEE_VERSION : fromPackage()

/** What `euca-version` and `--version` print. The release whose behaviour the tools have comes first, as scripts parse it. */
export const versionText = `euca2ools 3.4.1 (mallee ${packageVersion})`

const eucalyptusVersionFile = '/etc/eucalyptus/eucalyptus-version'

/** The lines of `--version`: the suite's, and the cloud's own where one is installed on this machine. */
export const versionLines = (): string => {
  if (!existsSync(eucalyptusVersionFile)) return `${versionText}\n`
  const [first = ''] = readFileSync(eucalyptusVersionFile, 'utf8').split('\n')
  return `${versionText}\neucalyptus ${first.trim()}\n`
}
